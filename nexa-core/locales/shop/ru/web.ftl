# Pages and the API's problems.
web-language = Русский
web-docs = Документация API
web-missing-title = Здесь ничего нет
web-missing = Эта ссылка никуда не ведёт. Возможно, её заменили новой: спросите там, где вы её получили.
web-left = осталось
web-days-left = до окончания
web-used = Использовано
web-until = Действует до
web-import = Добавить в приложение
web-import-hint = Установите одно из этих приложений и нажмите здесь на его кнопку.
web-link-hint = Скопируйте её в любое приложение или отсканируйте код. Никому её не давайте: по ней можно расходовать ваш трафик.
web-extras = Ваши дополнительные возможности
web-your-address = Ваш адрес: { $address }
web-forward = Открыть порт на сервере
web-forward-hint = Пока эта команда работает, порт после -R ведёт на порт 80 вашего устройства. Можно использовать любой из этих портов.
web-ports = Порты
web-servers = Серверы
web-up = работает
web-down = не отвечает

web-claim-title = Управление магазином
web-claim = Эта кнопка сделает вас администратором. Она сработает один раз, поэтому заранее решите, где будете хранить ключи.
web-claim-button = Стать администратором
web-claim-gone-title = Эта ссылка уже не работает
web-claim-gone = Ею кто-то воспользовался, или она устарела. Если вас пригласили, попросите новую. При перезапуске программы новая ссылка печатается, только пока у магазина нет администратора.
web-claimed-title = Магазин ваш
web-claimed = Сразу сохраните и то и другое в надёжном месте. Больше мы их не покажем.
web-api-key = Ключ API
web-try = Попробуйте

web-sandbox-title = Тестовый платёж
web-sandbox = Деньги не настоящие. Кнопка делает то же, что сделал бы банк, но ничего не списывается.
web-sandbox-button = Заплатить тестовыми деньгами

web-title-wrong = В запросе ошибка
web-title-signed-out = Войдите в аккаунт
web-title-forbidden = Нет доступа
web-title-missing = Не найдено
web-title-conflict = Уже выполняется
web-title-large = Слишком большой размер
web-title-refused = Это сделать нельзя
web-title-slow = Слишком много попыток
web-title-accident = У нас что-то сломалось

web-problem-bad-json = Не удалось прочитать тело запроса.
web-problem-bad-form = Не удалось прочитать форму.
web-problem-bad-parameter = Один из параметров запроса неверный.
web-problem-bad-request = Не удалось прочитать запрос.
web-problem-unknown-path = По этому адресу ничего нет.
web-problem-method-not-allowed = Этот адрес такого не умеет.
web-problem-unsupported-media-type = Такой тип содержимого здесь не принимается.
web-problem-too-large = Запрос больше допустимого.
web-problem-cross-site = Эта форма пришла с другого сайта, поэтому ничего не сделано.
web-problem-unavailable = Сейчас это не работает. Попробуйте ещё раз чуть позже.
web-problem-internal = У нас что-то сломалось. Мы это записали; попробуйте позже.
