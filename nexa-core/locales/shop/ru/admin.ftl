# What those who run a shop are told in a chat of theirs.
alert-backup-failed = Нет новой исправной резервной копии магазина. Причину покажет `nexa backup` на его машине.
alert-receipt-uploaded = Чек на { $amount } ждёт решения.
alert-deposit-waits = Поступило { $amount }, и неизвестно, за какой платёж.
alert-ticket-opened = Клиент задал вопрос.
alert-ticket-replied = Клиент ответил.
alert-order-flagged = Заказ на { $amount } требует внимания.
alert-job-given-up = Задача «{ $job }» слишком часто завершалась ошибкой и больше не повторяется.
alert-server-down = Сервер «{ $server }» не отвечает пять минут.
alert-large-payment = Оплачен заказ на { $amount }.
