# Passkeys: signing in with what unlocks one's own device.
passkey-sign-in = ورود با گذرکلید
passkey-confirm = تأیید با گذرکلید
passkey-title = گذرکلیدها
passkey-text = با گذرکلید، با اثر انگشت، چهره یا قفل صفحهٔ دستگاهتان وارد می‌شوید؛ نه چیزی برای نوشتن هست و نه چیزی برای دزدیدن.
passkey-add = افزودن گذرکلید
passkey-unused = هنوز استفاده نشده
passkey-failed = نشد. لطفاً دوباره امتحان کنید یا از راه دیگری وارد شوید.
