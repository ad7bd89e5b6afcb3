# What those who run a shop are told in a chat of theirs.
alert-backup-failed = پشتیبان تازه و سالمی از فروشگاه گرفته نشد. دستور `nexa backup` روی دستگاه آن علت را می‌گوید.
alert-receipt-uploaded = رسیدی به مبلغ { $amount } منتظر بررسی است.
alert-deposit-waits = { $amount } واریز شد و معلوم نیست برای کدام پرداخت است.
alert-ticket-opened = یک مشتری سؤالی دارد.
alert-ticket-replied = یک مشتری دوباره پیام داد.
alert-order-flagged = سفارشی به مبلغ { $amount } نیاز به بررسی دارد.
alert-job-given-up = کار «{ $job }» چند بار ناموفق بود و دیگر تکرار نمی‌شود.
alert-server-down = سرور «{ $server }» پنج دقیقه است پاسخ نمی‌دهد.
alert-large-payment = سفارشی به مبلغ { $amount } پرداخت شد.
