/*
about: Times in which the people of an account brought enough engagement points within the window.
key: [account_id, entered_at]
primary: activities
stored: false
*/
SELECT account_id, entered_at, left_at FROM point_spans WHERE test = 'engaged'
