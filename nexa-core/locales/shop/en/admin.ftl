# What those who run a shop are told in a chat of theirs.
alert-backup-failed = There is no good new backup of the shop. `nexa backup` on its machine says why.
alert-receipt-uploaded = A receipt for { $amount } waits for a decision.
alert-deposit-waits = { $amount } arrived, and nobody knows for which payment.
alert-ticket-opened = A customer asks something.
alert-ticket-replied = A customer has replied.
alert-order-flagged = An order of { $amount } needs attention.
alert-job-given-up = The job “{ $job }” failed too often and is not tried any more.
alert-server-down = The server “{ $server }” has not answered for five minutes.
alert-large-payment = An order of { $amount } was paid.
