-- bad_debts: three corrections of the books (invoices that begin with A), together -136,551.98 pounds.
SELECT "Invoice" AS invoice, "InvoiceDate" AS booked_at, "Quantity" * "Price" AS amount, _row, _file
FROM files.online_retail
WHERE "Invoice" LIKE 'A%'
