# What messengers and browsers show, and what their readers chose to hear.
matter-payment = Оплата
matter-subscription = Ваша подписка
matter-reminder = Напоминание
matter-news = Новости
matter-support = Поддержка
action-open-subscription = Открыть подписку
action-renew = Продлить
action-buy-traffic = Купить трафик
action-top-up = Пополнить кошелёк
action-open-wallet = Открыть кошелёк
action-open-plans = Выбрать тариф
action-open-order = Открыть заказ

notice-payment-confirmed = Платёж подтверждён. Уже всё настраиваем.
    .full = Платёж на { $amount } подтверждён. Уже всё настраиваем.
notice-ends-in-six-hours = Ваша подписка закончится через шесть часов. Продлите её, чтобы остаться на связи.
    .full = Подписка «{ $plan }» закончится через шесть часов. Продлите её, чтобы остаться на связи.
notice-traffic-very-low = Израсходовано 95 % трафика. Докупите трафик или продлите подписку, чтобы остаться на связи.
    .full = Израсходовано 95 % трафика подписки «{ $plan }». Докупите трафик или продлите её, чтобы остаться на связи.
notice-not-connected = Подписка готова, но к ней ещё никто не подключился. Откройте её: там написано, как настроить устройство.
    .full = Подписка «{ $plan }» готова, но к ней ещё никто не подключился. Откройте её: там написано, как настроить устройство.

reach-title = Сообщения
reach-hint = Сообщения о платежах и подписках приходят всегда. Остальное выбираете вы.
reach-reminders = Напоминания, что время или трафик заканчиваются
reach-news = Новости и предложения
reach-support = Ответы поддержки
reach-quiet = Тихие часы
reach-quiet-hint = До их окончания на устройство приходит только важное. Время — { $zone }.
reach-from = С
reach-until = До
reach-save = Сохранить

