-- employees: the sales agents, and their managers, who stand in no row of their own.
SELECT
    sales_agent AS employee_id,
    sales_agent AS name,
    'sales agent' AS role,
    manager AS manager_id,
    manager AS team,                                        -- a team is called by who leads it
    regional_office AS region
FROM files.sales_teams

UNION ALL BY NAME

SELECT
    manager AS employee_id,
    manager AS name,
    'manager' AS role,
    manager AS team,
    any_value(regional_office) AS region                    -- each manager leads in one office
FROM files.sales_teams
GROUP BY manager
