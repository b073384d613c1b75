"""The anonymous, sealed base of orders: tables, repositories, one transaction per unit of work (prescription.md §4)."""
