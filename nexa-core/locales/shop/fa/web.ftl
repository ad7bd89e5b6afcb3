# Pages and the API's problems.
web-language = فارسی
web-docs = مستندات API
web-missing-title = چیزی اینجا نیست
web-missing = این لینک به جایی نمی‌رسد. شاید با لینک تازه‌ای جایگزین شده باشد؛ از همان جا که گرفته‌اید بپرسید.
web-left = باقی‌مانده
web-days-left = تا پایان
web-used = مصرف‌شده
web-until = اعتبار تا
web-import = افزودن به برنامه
web-import-hint = یکی از این برنامه‌ها را نصب کنید و بعد دکمه‌اش را همین‌جا بزنید.
web-link-hint = آن را در هر برنامه‌ای کپی کنید یا کد را اسکن کنید. به کسی ندهید؛ هر کس آن را داشته باشد از حجم شما مصرف می‌کند.
web-extras = امکانات ویژهٔ شما
web-your-address = آدرس شما: { $address }
web-forward = باز کردن پورت روی سرور
web-forward-hint = تا وقتی این دستور اجراست، پورتی که بعد از -R آمده به پورت ۸۰ دستگاه خودتان می‌رسد. هر کدام از این پورت‌ها را می‌توانید به کار ببرید.
web-ports = پورت‌ها
web-servers = سرورها
web-up = برقرار
web-down = پاسخ نمی‌دهد

web-claim-title = مدیریت این فروشگاه
web-claim = با این دکمه مدیر فروشگاه می‌شوید. فقط یک بار کار می‌کند، پس جایی برای نگه‌داشتن کلیدها آماده کنید.
web-claim-button = من مدیر هستم
web-claim-gone-title = این لینک دیگر کار نمی‌کند
web-claim-gone = کسی از آن استفاده کرده یا زمانش گذشته است. اگر دعوت شده‌اید، لینک تازه‌ای بخواهید. فقط تا وقتی فروشگاه مدیر ندارد، با راه‌اندازی دوبارهٔ برنامه لینک تازه چاپ می‌شود.
web-claimed-title = فروشگاه از آنِ شماست
web-claimed = هر دو را همین حالا در جای امنی نگه دارید. دوباره نشان داده نمی‌شوند.
web-api-key = کلید API
web-try = امتحان کنید

web-sandbox-title = پرداخت آزمایشی
web-sandbox = این پول واقعی نیست. دکمه همان کاری را می‌کند که بانک می‌کند و چیزی از حساب کسی کم نمی‌شود.
web-sandbox-button = پرداخت با پول آزمایشی

web-title-wrong = درخواست درست نیست
web-title-signed-out = لطفاً وارد شوید
web-title-forbidden = اجازه ندارید
web-title-missing = پیدا نشد
web-title-conflict = در حال انجام است
web-title-large = بیش از اندازه بزرگ
web-title-refused = این کار شدنی نیست
web-title-slow = تلاش‌های زیاد
web-title-accident = مشکلی از سمت ما پیش آمد

web-problem-bad-json = بدنهٔ درخواست خوانده نشد.
web-problem-bad-form = فرم خوانده نشد.
web-problem-bad-parameter = یکی از پارامترهای درخواست درست نیست.
web-problem-bad-request = درخواست خوانده نشد.
web-problem-unknown-path = در این آدرس چیزی نیست.
web-problem-method-not-allowed = این آدرس چنین کاری نمی‌کند.
web-problem-unsupported-media-type = این نوع محتوا اینجا پذیرفته نیست.
web-problem-too-large = درخواست بزرگ‌تر از حد مجاز است.
web-problem-cross-site = این فرم از سایت دیگری آمده بود، پس کاری انجام نشد.
web-problem-unavailable = الان شدنی نیست. لطفاً کمی بعد دوباره امتحان کنید.
web-problem-internal = مشکلی از سمت ما پیش آمد و ثبت شد. لطفاً بعداً دوباره امتحان کنید.
