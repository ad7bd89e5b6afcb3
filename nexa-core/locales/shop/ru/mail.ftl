# Mails with a code. $shop is the shop's name.
mail-code-subject = Ваш код для { $shop }
mail-code-sign-in = Ваш код для входа в { $shop }:
mail-code-add = Код, чтобы привязать этот адрес к вашему аккаунту в { $shop }:
mail-code-link = Или откройте эту ссылку на устройстве, на котором хотите войти:
mail-code-open = Войти
mail-code-valid = { $minutes ->
    [one] Код действует { $minutes } минуту и подходит один раз.
    [few] Код действует { $minutes } минуты и подходит один раз.
   *[other] Код действует { $minutes } минут и подходит один раз.
}
mail-code-ignore = Если вы не запрашивали код, просто не обращайте внимания на это письмо. Никому не сообщайте код.
