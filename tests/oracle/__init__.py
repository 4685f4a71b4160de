"""Every KPI once more, slowly and obviously: plain loops over rows, written from the definition sheet alone.

A recount is a function of the ground, a period and a group. It lives in the module of its KPI's family and is entered
with `@oracle("kpi_id")`, or with options: `@oracle("win_rate(basis=value)")`.
"""
