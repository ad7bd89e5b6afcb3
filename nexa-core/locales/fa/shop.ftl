# Words of the shop: units, currencies, states, and what buttons and headings say.
days = { $days } روز
devices = { $devices } دستگاه
unit-gib = گیگابایت
unit-mib = مگابایت
currency-irr = تومان
currency-usd = دلار
currency-eur = یورو
currency-rub = روبل
currency-cny = یوان
currency-usdt = تتر
currency-usdc = یواس‌دی کوین
currency-btc = بیت‌کوین
currency-ltc = لایت‌کوین
currency-ton = تون‌کوین
currency-xmr = مونرو
currency-xtr = استار

extra-dedicated-ip = آدرس اختصاصی
extra-multi-hop = عبور از دو سرور
extra-port-forward = باز کردن پورت

subscription-pending = در حال آماده‌سازی
subscription-active = فعال
subscription-exhausted = حجم تمام شده
subscription-ended = مدت تمام شده
subscription-suspended = متوقف
subscription-revoked = لغوشده

order-placed = ثبت شد
order-awaiting-payment = در انتظار پرداخت
order-paid = پرداخت شد، در حال آماده‌سازی
order-fulfilled = انجام شد
order-cancelled = لغو شد
order-expired = در مهلت مقرر پرداخت نشد
order-refunding = در حال بازگرداندن مبلغ
order-refunded = مبلغ برگشت داده شد

payment-created = در حال آماده‌سازی
payment-open = در انتظار پرداخت
payment-seen = پرداخت دیده شد، در انتظار تأیید
payment-underpaid = بخشی پرداخت شده
payment-paid = پرداخت شد
payment-overpaid = بیشتر پرداخت شد؛ باقی مبلغ در کیف پول شماست
payment-expired = در مهلت مقرر پرداخت نشد
payment-failed = ناموفق
payment-disputed = پس گرفته شد
payment-needs-review = در حال بررسی

# The one line that apps show in front of the servers, and dead entries in place of servers.
link-status = { $left } باقی‌مانده · { $days }
link-ended = مدت اشتراک تمام شد؛ لطفاً تمدید کنید
link-exhausted = حجم اشتراک تمام شد؛ لطفاً تمدید کنید
link-grace = اعتبار اشتراک شما تمام شده و فقط کمی دیگر کار می‌کند. لطفاً همین حالا تمدید کنید
link-suspended = اشتراک متوقف است؛ لطفاً با پشتیبانی تماس بگیرید
link-pending = اشتراک در حال آماده‌سازی است؛ یک دقیقهٔ دیگر به‌روز کنید
link-empty = فعلاً سروری در دسترس نیست؛ کمی بعد به‌روز کنید

plans = پلن‌ها
buy = خرید
renew = تمدید
pay = پرداخت
cancel = انصراف
copy = کپی
wallet = کیف پول
wallet-balance = موجودی کیف پول
wallet-held = { $amount } برای سفارش‌های پرداخت‌نشده کنار گذاشته شده است
order-held = { $amount } از کیف پول شما برای این سفارش کنار گذاشته شده است. اگر سفارش را لغو کنید یا به‌موقع پرداخت نشود، به کیف پول برمی‌گردد.
top-up = شارژ کیف پول
orders = سفارش‌ها
subscriptions = اشتراک‌ها
my-link = لینک شما
reset-link = دریافت لینک جدید
sign-in = ورود
sign-up = ساخت حساب
sign-out = خروج
account-number = شمارهٔ حساب
account-number-once = این شماره را جایی یادداشت کنید. تنها کلید حساب شماست و فقط همین یک بار نشان داده می‌شود.
email = ایمیل
password = رمز عبور
support = پشتیبانی
free-trial = اشتراک آزمایشی رایگان
used-of = { $used } از { $limit } مصرف شده
valid-until = اعتبار تا { $until }
pay-exactly = دقیقاً { $amount } بپردازید
pay-before = مهلت پرداخت تا { $until }
send-receipt = ارسال رسید
status-test = فروشگاه آزمایشی: پول واقعی جابه‌جا نمی‌شود
