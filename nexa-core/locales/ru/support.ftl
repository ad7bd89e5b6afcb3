# Conversations of customers with the shop.
notice-ticket-answered = Поддержка ответила вам.
    .full = Поддержка ответила вам по подписке «{ $plan }».
action-open-ticket = Прочитать ответ
field-subject = Тема
field-text = Сообщение
refusal-too-many-tickets = У вас пять открытых обращений. Сначала закройте одно или пишите в них.
refusal-too-many-messages = Слишком много сообщений сразу. Напишите снова через час.
refusal-too-many-pictures = Не больше трёх картинок в час. Следующую отправьте позже.
