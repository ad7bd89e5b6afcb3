# Passkeys: signing in with what unlocks one's own device.
passkey-sign-in = Войти с ключом доступа
passkey-confirm = Подтвердить ключом доступа
passkey-title = Ключи доступа
passkey-text = С ключом доступа вы входите по отпечатку, лицу или блокировке экрана. Ничего не нужно вводить, и красть нечего.
passkey-add = Добавить ключ доступа
passkey-unused = Ещё не использовался
passkey-failed = Не получилось. Попробуйте ещё раз или войдите другим способом.
