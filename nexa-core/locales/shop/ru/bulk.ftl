# Изменение многих подписок и сообщения многим.
bulks = Сразу многим
bulk-which = Какие подписки
bulk-which-hint = Те, для которых верно всё это. Сначала вы увидите, сколько их; до того ничего не меняется.
bulk-any = Любой
bulk-server = На сервере
bulk-state = Состояние
bulk-ended = Закончились за столько дней
bulk-from = Клиент с этого дня
bulk-before = Клиент до этого дня (сам день не входит)
bulk-what = Что сделать
bulk-step = С каждой
bulk-step-extend = Добавить дни или трафик
bulk-step-move = Перенести в другую группу серверов
bulk-step-suspend = Остановить
bulk-step-resume = Возобновить
bulk-step-coupon = Дать каждому клиенту личный купон
bulk-step-notice = Написать каждому клиенту
bulk-coupon = Личный купон
bulk-coupon-hint = Только для купонов: каждый клиент получает один код, который действует лишь у него и на одну покупку, и узнаёт об этом. Дни и трафик берутся из полей выше. Кто держит несколько подписок, получает один код.
bulk-notice = Сообщение
bulk-notice-hint = Только для сообщений: уходит как рассылка, один раз каждому клиенту с Telegram, который хочет новостей. Вы увидите его до отправки.
bulk-group = Группа серверов
bulk-group-hint = Только для переноса: ссылка остаётся прежней, а продлить потом можно лишь планами той группы.
bulk-preview = Узнать, сколько
bulk-count = { $count ->
        [one] { $count } подписка
        [few] { $count } подписки
       *[other] { $count } подписок
    }
bulk-first = Первые из них:
bulk-begin = Сделать: { $count ->
        [one] { $count } подписка
        [few] { $count } подписки
       *[other] { $count } подписок
    }
bulk-past = До сих пор
bulk-refresh = Обновить
bulk-left-out = не удалось изменить:
bulk-state-running = Идёт
bulk-state-done = Готово
bulk-state-stopped = Остановлено
bulk-stop = Остановить
office-done-begun = Началось и продолжится само.
office-deed-bulk-begun = Изменено сразу много подписок
office-deed-bulk-stopped = Изменение многих остановлено
field-count = количество
field-ended-within-days = дни
field-ended = дни
field-registered-before = день
field-to = последний день
field-before = день
field-step = действие
field-group-id = группа
field-texts = текст
field-buttons = кнопки
field-segment = получатели

broadcasts = Рассылки
broadcast = Рассылка
broadcast-past = До сих пор
broadcast-new = Новая рассылка
broadcast-hint = Она придёт клиентам с Telegram через бота магазина. Сначала вы увидите, что они прочтут и сколько их.
broadcast-to = Кому
segment-all = Всем
segment-active = У кого есть действующая подписка
segment-expiring = У кого подписка кончается за три дня
segment-ended = У кого подписка кончилась за 30 дней
segment-never-connected = Кто ни разу не подключался
segment-never-bought = Кто ничего не покупал
segment-trial-only = У кого был только пробный период
segment-plan = Одного плана
segment-group = Одной группы серверов
segment-language = Одного языка
broadcast-plan = План (для «одного плана»)
broadcast-group = Группа (для «одной группы»)
broadcast-language = Язык (для «одного языка»)
broadcast-button = Кнопка под сообщением
broadcast-label = Что на ней написано
broadcast-action = Что она делает
broadcast-action-none = Без кнопки
broadcast-action-buy = Показывает планы
broadcast-action-renew = Показывает продление
broadcast-action-open = Открывает адрес
broadcast-url = Какой адрес
broadcast-look = Посмотреть
broadcast-state-draft = Черновик
broadcast-state-sending = Отправляется
broadcast-state-done = Готово
broadcast-state-stopped = Остановлено
broadcast-recipients = { $count ->
        [one] { $count } получатель
        [few] { $count } получателя
       *[other] { $count } получателей
    }
broadcast-send = Отправить: { $count ->
        [one] { $count } клиент
        [few] { $count } клиента
       *[other] { $count } клиентов
    }
broadcast-total = Получатели
broadcast-counting = ещё считаем
broadcast-sent = Получили
broadcast-blocked = Недоступны
broadcast-failed = Не удалось
broadcast-left = Осталось
broadcast-resend = Повторить неудавшимся

office-deed-link-renewed = Клиент получил новую ссылку
office-deed-order-resolved = Заказ просмотрен
office-deed-gifts-made = Сделаны подарки
care-link = Новая ссылка
care-link-hint = Нынешняя ссылка сразу перестанет работать, и клиенту скажут взять новую.
care-resolve = Просмотрено
care-gifts = Подарочные коды
care-gifts-hint = Коды, которые дают план тому, кто их введёт, бесплатно.
care-gifts-count = Сколько, не больше 200
care-gifts-make = Сделать и скачать коды
office-done-renewed = Ссылка новая.
segment-no-subscription = У кого нет подписки
segment-lapsed = У кого последняя подписка закончилась несколько дней назад
segment-selected = Чьи подписки выбраны
broadcast-days = Сколько дней назад, не меньше (для «закончилась несколько дней назад»)
broadcast-action-coupon = Даёт купон
broadcast-code = Код купона (для «даёт купон»)
