# What a "no" says to the customer. One message per code: refusal-{code}.
refusal-not-found = Мы ничего не нашли.
refusal-not-signed-in = Сначала войдите в аккаунт.
refusal-not-allowed = У вас нет прав на это действие.
refusal-blocked = Этот аккаунт заблокирован. Напишите в поддержку.
refusal-bad-input = Проверьте поле «{ $field }».
refusal-wrong-credentials = Неверный номер аккаунта, адрес почты или пароль.
refusal-too-many-attempts = { $seconds ->
    [one] Слишком много попыток. Подождите { $seconds } секунду.
    [few] Слишком много попыток. Подождите { $seconds } секунды.
   *[many] Слишком много попыток. Подождите { $seconds } секунд.
}
refusal-email-taken = Аккаунт с этим адресом почты уже есть.
refusal-bad-email = Похоже, в адресе почты ошибка.
refusal-weak-password = { $minimum ->
    [one] Этот пароль легко подобрать. Введите не меньше { $minimum } символа и не используйте распространённые слова.
   *[many] Этот пароль легко подобрать. Введите не меньше { $minimum } символов и не используйте распространённые слова.
}
refusal-plan-not-on-sale = Этот тариф больше не продаётся.
refusal-wrong-currency = Укажите сумму в { $currency }.
refusal-amount-out-of-range = Такая сумма не подходит.
refusal-below-minimum = Минимальная сумма для этого способа оплаты — { $amount }.
refusal-above-maximum = Максимальная сумма для этого способа оплаты — { $amount }.
refusal-gateway-unavailable = Этот способ оплаты сейчас недоступен. Выберите другой.
refusal-no-fresh-rate = Сейчас нет свежего курса { $currency }. Попробуйте через несколько минут или выберите другой способ оплаты.
refusal-no-free-amount = Сейчас слишком много оплат переводом на карту. Попробуйте через несколько минут.
refusal-not-enough-funds = В кошельке не хватает { $amount }.
refusal-price-changed = Цена изменилась, теперь { $amount }. Проверьте её и подтвердите заказ ещё раз.
refusal-order-not-open = Этот заказ уже закрыт.
refusal-order-not-refundable = Деньги за этот заказ вернуть нельзя.
refusal-trial-used = Вы уже пользовались пробным доступом.
refusal-no-trial = Пробного доступа сейчас нет.
refusal-subscription-closed = Эту подписку больше нельзя изменить.
refusal-no-receipt-wanted = Для этого платежа чек не нужен.
refusal-bad-picture = Не удалось открыть изображение. Отправьте файл JPEG, PNG или WebP.
refusal-too-large = Файл слишком большой. Допустимо не больше { $limit }.
refusal-too-many-receipts = Сегодня вы отправили слишком много чеков. Попробуйте завтра.
refusal-too-many-open-orders = У вас слишком много неоплаченных заказов. Сначала оплатите или отмените один из них.
refusal-too-many-payments = Для этого заказа создано слишком много платежей. Оплатите один из них или отмените заказ и оформите новый.
refusal-already-decided = Решение уже принято, или данные с тех пор изменились. Обновите страницу.
refusal-key-reused = Этот Idempotency-Key уже использован для другого запроса.
refusal-in-flight = Этот запрос уже выполняется. Немного подождите.
refusal-no-server = Сейчас нет свободных серверов. Попробуйте позже.
refusal-extra-not-offered = В группе этого тарифа нет сервера, у которого есть: { $extras }.
refusal-extra-unavailable = Свободных мест на этом тарифе сейчас нет. Попробуйте позже или выберите другой.
refusal-extras-differ = В этом тарифе другие дополнительные возможности, поэтому им нельзя продлить вашу подписку. Выберите тариф с такими же.
refusal-still-in-use = Это ещё используется, поэтому удалить его нельзя.
refusal-name-taken = Это имя уже занято.
refusal-server-known = Этот сервер в магазине уже есть.
refusal-unknown-kind = Такой вид нам неизвестен.
refusal-bad-config = Настройка «{ $field }» не подходит.
refusal-private-key = Это закрытый ключ или сид-фраза. Никому их не показывайте, вводите только открытый ключ.
refusal-placeholder-key = Этот ключ или адрес взят из примера и известен всем. Укажите свой.
refusal-panel-unauthorized = Панель не принимает этот ключ.
refusal-panel-unreachable = По этому адресу панель не отвечает.
refusal-panel-unsupported = Эта версия панели не поддерживается.
refusal-bad-signature = Подпись этого сообщения отсутствует или неверна.
refusal-adoption-off = Этот магазин не переносит подписки, полученные в другом месте.
refusal-no-identity = В этом тексте нет ссылки на подписку. Пришлите только ссылку или UUID из неё.
refusal-service-unknown = Подписка с такой ссылкой не найдена или уже перенесена. Проверьте ссылку.
refusal-servers-silent = Некоторые серверы сейчас не отвечают. Попробуйте через несколько минут.
refusal-withdrawal-not-offered = Здесь нельзя вывести деньги таким способом.
refusal-coupon-unknown = Такого промокода нет. Проверьте код.
refusal-coupon-expired = Срок действия промокода истёк.
refusal-coupon-used-up = Промокод уже использован столько раз, сколько можно.
refusal-coupon-not-for-this = Этот промокод не подходит к этой покупке.
refusal-said-meanwhile = С тех пор как вы открыли страницу, здесь что-то изменилось. Посмотрите ещё раз перед отправкой.
refusal-gift-unknown = Подарка с таким кодом нет. Проверьте код.
refusal-gift-claimed = Этот подарок уже получен.
refusal-invitation-unknown = Приглашения с таким кодом нет. Проверьте код.
refusal-own-invitation = Нельзя пригласить самого себя или прийти по приглашению того, кого вы пригласили.
refusal-already-invited = Вы уже пришли по другому приглашению.
refusal-invitation-too-late = Принять приглашение можно только до первой покупки.
refusal-too-many-tickets = У вас пять открытых обращений. Сначала закройте одно или пишите в них.
refusal-too-many-messages = Слишком много сообщений сразу. Напишите снова через час.
refusal-too-many-pictures = Не больше трёх картинок в час. Следующую отправьте позже.

# What the fields of a form are called inside a sentence.
field-name = Название
field-label = Метка
field-email = Эл. почта
field-password = Пароль
field-account-number = Номер аккаунта
field-days = Срок
field-traffic-bytes = Трафик
field-devices = Устройства
field-extras = Дополнительно
field-prices = Цены
field-price = Цена
field-amount = Сумма
field-currency = Валюта
field-region = Страна
field-hosts = Домены
field-support-url = Ссылка на поддержку
field-note = Примечание
field-key = Ключ
field-address = Адрес
field-url = Адрес
field-number = Номер карты
field-holder = Владелец карты
field-config = Настройки
field-gateway = Способ оплаты
field-method = Способ оплаты
field-panel-id = Идентификатор панели
field-tls = TLS
field-way = способ
field-destination = куда
field-code = Код
field-gift = Подарок
field-quiet-from = начало тихих часов
field-quiet-until = конец тихих часов
field-timezone = часовой пояс
field-subject = Тема
field-text = Сообщение
refusal-too-many-removals = Сегодня вы уже удалили пять устройств. Попробуйте завтра.
refusal-too-many-resets = Сегодня вы уже пять раз меняли ссылку. Попробуйте завтра.
refusal-too-many-moves = Сегодня вы уже три раза меняли сервер. Попробуйте завтра.
refusal-region-unknown = В этой стране у вашего тарифа нет серверов.
refusal-region-full = Серверы в этой стране сейчас не могут вас принять. Выберите другую страну или попробуйте позже.
refusal-already-there = Ваша подписка уже в этой стране.
refusal-address-stays = У этой подписки собственный адрес, и он привязан к своему серверу. Если нужен другой, напишите в поддержку.
refusal-wrong-code = Код неверный или уже не действует.
refusal-second-factor-needed = У этого аккаунта включён второй фактор. Введите также код из приложения или код восстановления либо войдите с ключом доступа.
refusal-second-factor-required = Сотрудники входят только со вторым фактором. Сначала настройте его в своём аккаунте: приложение с кодами или ключ доступа.
refusal-second-factor-set = Второй фактор уже включён. Чтобы изменить его, сначала выключите его.
refusal-prove-again = Для этого ещё раз подтвердите, что это вы.
refusal-identity-taken = Это уже привязано к другому аккаунту.
refusal-last-identity = Это единственный способ входа в ваш аккаунт. Сначала добавьте другой.
refusal-mail-unavailable = Сейчас мы не можем отправить письмо. Выберите другой способ.
refusal-telegram-unavailable = В этом магазине вход через Телеграм не настроен.
refusal-bad-telegram-proof = Подтверждение от Телеграма не принято. Откройте страницу из Телеграма ещё раз.
refusal-telegram-proof-old = Подтверждение от Телеграма устарело. Откройте страницу из Телеграма ещё раз.
refusal-passkey-unavailable = В этом магазине вход с ключом доступа недоступен.
refusal-bad-passkey = Ключ доступа не подошёл. Попробуйте ещё раз.
refusal-too-many-passkeys = В вашем аккаунте уже десять ключей доступа. Удалите тот, которым больше не пользуетесь.
refusal-wallet-not-empty = На этом аккаунте ещё есть деньги, или они в пути.
refusal-trial-needs-identity = Чтобы получить пробный доступ, сначала подтвердите аккаунт так, как просит магазин (почта или Телеграм).
refusal-maintenance = Магазин закрыт на обслуживание: { $note } То, что уже куплено, продолжает работать.
    .bare = Магазин закрыт на обслуживание. То, что уже куплено, продолжает работать; зайдите за покупками позже.
refusal-payer-unknown = Этот заказ принадлежит другому аккаунту. Сначала добавьте этот Телеграм на странице «Аккаунт».
refusal-not-returnable = Этот перевод нельзя вернуть: он ещё не окончательный, оспаривается, или способ оплаты не умеет возвращать деньги.
refusal-return-not-covered = { $amount } из этого перевода уже нет в кошельке покупателя: деньги потрачены.
refusal-payment-disputed = Один из ваших платежей оспаривается. До решения платить из кошелька нельзя. Выберите другой способ или напишите в поддержку.
refusal-not-supplied = Сейчас это продать нельзя. Попробуйте позже.
refusal-supplier-decides = Этот магазин продаёт услуги другого магазина, поэтому решает его поставщик.
refusal-below-floor = Цена ниже наименьшей, о которой договорились с поставщиком: { $amount }.
refusal-selection-grew = За это время подписок стало { $count } — больше, чем вы видели. Сначала взгляните ещё раз.

shop-offline = { $seconds ->
    [one] Нет связи с магазином. Ваш заказ не пропадёт: попробуйте ещё раз через { $seconds } секунду.
    [few] Нет связи с магазином. Ваш заказ не пропадёт: попробуйте ещё раз через { $seconds } секунды.
   *[many] Нет связи с магазином. Ваш заказ не пропадёт: попробуйте ещё раз через { $seconds } секунд.
}
