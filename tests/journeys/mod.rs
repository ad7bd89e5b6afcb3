//! What happens to customers and operators, told from outside: only the driving ports are used, and what is true is
//! read from the panels and the bank.

mod a_month;
