# Магазин с течением времени.
analytics = Аналитика
analytics-measures = За 30 дней
analytics-span = Период
analytics-cut = Разбивка
analytics-by-all = Весь магазин
analytics-by-plan = По тарифам
analytics-by-method = По способам оплаты
analytics-by-server = По серверам
analytics-by-reseller = По реселлерам
analytics-summary = Показатели
analytics-summary-hint = Включая сегодня, с изменением к такому же числу дней перед этим.
analytics-percent = { $percent } %
analytics-minutes = { $count } мин
analytics-hours = { $count } ч
analytics-days =
    { $count ->
        [one] { $count } день
        [few] { $count } дня
       *[many] { $count } дней
    }
analytics-chart-sum = Всего: { $value }
analytics-chart-stands = В конце: { $value }
analytics-nothing = За эти дни ничего нет.
analytics-table = Таблицей
analytics-day = День
analytics-value = Значение
analytics-slice-none = Пакеты, реселлеры
analytics-slice-other = Остальное
analytics-funnel = Как далеко доходят новые пользователи
analytics-funnel-hint = Из тех, кто зарегистрировался в эти дни, по сегодняшнее число.
analytics-cohorts = Кто остаётся
analytics-cohorts-hint = Пользователи по месяцу первой оплаты и доля тех, у кого оплачен каждый следующий месяц.
analytics-month = Месяц
analytics-payers = Польз.
analytics-ltv = Принёс один пользователь
analytics-full = Заполнен
analytics-full-in =
    { $count ->
        [one] заполнится через { $count } день
        [few] заполнится через { $count } дня
       *[many] заполнится через { $count } дней
    }
analytics-signals = Необычное сегодня
analytics-signals-hint = Сегодня рядом с обычным днём последних двух недель. Намного больше обычного — возможно, злоупотребление.
analytics-usual = обычно
analytics-high = намного больше обычного

funnel-signed-up = Зарегистрировались
funnel-trial = Взяли пробный период
funnel-ordered = Сделали заказ
funnel-paid = Оплатили
funnel-paid-again = Оплатили снова

figure-users = Пользователи
figure-users-new = Новые пользователи
figure-active = Активные подписки
figure-payers = Платящие пользователи
figure-mrr = Регулярный доход в месяц
figure-revenue = Продажи
figure-refunded = Возвращено
figure-net-revenue = Выручка после возвратов
figure-orders-paid = Оплаченные заказы
figure-refunds = Возвраты
figure-topped-up = Пополнения кошельков
figure-wallets = На кошельках клиентов
figure-arpu = Выручка на платящего
figure-ltv = Принёс один клиент на сегодня
figure-trials = Пробные периоды
figure-trial-to-paid = Стали платными
figure-churn = Ушли после окончания
figure-churned = Потеряно подписок
figure-renewal-rate = Продлили
figure-first-responses = Обращения с первым ответом
figure-first-response-median = Первый ответ, медиана
figure-first-response-p90 = Первый ответ, девять из десяти
figure-orders-expired = Не оплачены вовремя
figure-receipts-rejected = Отклонённые чеки
figure-payments-doubted = Сомнительные платежи
figure-traffic = Трафик
figure-load = Подписки на сервере
