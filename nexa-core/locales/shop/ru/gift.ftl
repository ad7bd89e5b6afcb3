# Gifts: what is told about them, and why one cannot be claimed.
notice-gift-ready = Ваш подарок готов. Код и ссылки — среди ваших подарков; получить его может любой, у кого они есть.
    .full = Ваш подарок «{ $plan }» готов. Код и ссылки — среди ваших подарков; получить его может любой, у кого они есть.
notice-gift-claimed = Ваш подарок получен.
    .full = Ваш подарок «{ $plan }» получен.
page-order-gift = Подарок
page-gift = Подарок для вас
page-gift-claim = Взять подарок
page-gift-for = Как его использовать?
page-gift-code = Код подарка
page-gift-look = Посмотреть
page-gift-open = Открыть
