stars-description = Your order
page-pay-in-telegram = Pay in Telegram
page-pay-in-telegram-hint = Telegram asks for the Stars. Your account here must have the same Telegram account; add it on the page “Account” if it has not.
