"""Databricks: Spark's words, on its SQL warehouses. Written for and checked, not run on by the tests."""

from accountlens.warehouses.engine import Engine
from accountlens.warehouses.engines.spark import MACROS

ENGINE = Engine(name="databricks", label="Databricks", dialect="databricks", schemes=("databricks",), macros=MACROS)
