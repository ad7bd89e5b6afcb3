# Words of the shop: units, currencies, states, and what buttons and headings say.
days = { $days ->
    [one] { $days } день
    [few] { $days } дня
   *[many] { $days } дней
}
devices = { $devices ->
    [one] { $devices } устройство
    [few] { $devices } устройства
   *[many] { $devices } устройств
}
unit-gib = ГБ
unit-mib = МБ
currency-irr = IRR
currency-usd = $
currency-eur = €
currency-rub = ₽
currency-cny = ¥
currency-usdt = USDT
currency-usdc = USDC
currency-btc = BTC
currency-ltc = LTC
currency-ton = TON
currency-xmr = XMR
currency-xtr = Stars

extra-dedicated-ip = свой IP-адрес
extra-multi-hop = двойной VPN
extra-port-forward = проброс портов

subscription-pending = Настраивается
subscription-active = Активна
subscription-exhausted = Трафик закончился
subscription-ended = Срок закончился
subscription-suspended = Приостановлена
subscription-frozen = Временно остановлена
subscription-revoked = Отменена

order-placed = Оформлен
order-awaiting-payment = Ожидает оплаты
order-paid = Оплачен, настраивается
order-fulfilled = Выполнен
order-cancelled = Отменён
order-expired = Не оплачен вовремя
order-refunding = Деньги возвращаются
order-refunded = Деньги возвращены

payment-created = Готовится
payment-open = Ожидает оплаты
payment-seen = Платёж обнаружен, ожидает подтверждения
payment-underpaid = Оплачен частично
payment-paid = Оплачен
payment-overpaid = Переплата: излишек зачислен в кошелёк
payment-expired = Не оплачен вовремя
payment-failed = Не прошёл
payment-disputed = Оспорен, ждём решения
payment-refunding = Возвращается плательщику
payment-refunded = Возвращён плательщику
payment-needs-review = Проверяется

# The one line that apps show in front of the servers, and dead entries in place of servers.
link-status = Осталось { $left } · { $days }
link-ended = Подписка закончилась. Продлите её
link-exhausted = Трафик закончился. Продлите подписку
link-grace = Подписка закончилась и скоро перестанет работать. Пожалуйста, продлите её сейчас
link-suspended = Подписка приостановлена. Напишите в поддержку
link-pending = Подписка настраивается. Обновите через минуту
link-empty = Нет доступных серверов. Обновите позже

plans = Тарифы
buy = Купить
renew = Продлить
pay = Оплатить
cancel = Отменить
copy = Копировать
wallet = Кошелёк
wallet-balance = В кошельке
wallet-held = Отложено для неоплаченных заказов: { $amount }
order-held = { $amount } из кошелька отложено для этого заказа. Деньги вернутся, если вы отмените заказ или он не будет оплачен вовремя.
top-up = Пополнить
orders = Заказы
subscriptions = Подписки
my-link = Ваша ссылка
reset-link = Получить новую ссылку
sign-in = Войти
sign-up = Создать аккаунт
sign-out = Выйти
account-number = Номер аккаунта
account-number-once = Запишите этот номер. Это единственный ключ к вашему аккаунту, и мы показываем его только один раз.
email = Эл. почта
password = Пароль
support = Поддержка
free-trial = Бесплатный пробный доступ
used-of = Использовано { $used } из { $limit }
valid-until = Действует до { $until }
pay-exactly = Переведите ровно { $amount }
pay-before = Оплатите до { $until }
send-receipt = Отправить чек
status-test = Тестовый магазин: деньги не настоящие
