# تغییر یک‌جای اشتراک‌ها و پیام همگانی.
bulks = کار گروهی
bulk-which = کدام اشتراک‌ها
bulk-which-hint = آن‌هایی که همهٔ این شرط‌ها را دارند. اول می‌بینید چند تا هستند؛ پیش از آن چیزی تغییر نمی‌کند.
bulk-any = فرقی نمی‌کند
bulk-server = روی سرور
bulk-state = وضعیت
bulk-ended = در این تعداد روز گذشته تمام شده
bulk-from = مشتری از این روز به بعد
bulk-before = مشتری پیش از این روز (خود این روز حساب نیست)
bulk-what = چه کاری
bulk-step = برای هر کدام
bulk-step-extend = افزودن روز یا حجم
bulk-step-move = انتقال به گروه سرور دیگر
bulk-step-suspend = متوقف کردن
bulk-step-resume = راه انداختن دوباره
bulk-step-coupon = دادن کد تخفیف اختصاصی به هر مشتری
bulk-step-notice = نوشتن پیام به هر مشتری
bulk-coupon = کد تخفیف اختصاصی
bulk-coupon-hint = فقط برای دادن کد تخفیف: هر مشتری یک کد می‌گیرد که تنها خودش می‌تواند برای یک خرید به کار ببرد و از آن باخبر می‌شود. روز و حجم همان است که بالا نوشته‌اید. کسی که چند اشتراک دارد یک کد می‌گیرد.
bulk-notice = پیام
bulk-notice-hint = فقط برای نوشتن: به‌صورت پیام همگانی و یک بار به هر مشتری که تلگرام دارد و خبر می‌خواهد فرستاده می‌شود. پیش از فرستادن آن را می‌بینید.
bulk-group = گروه سرور
bulk-group-hint = فقط برای انتقال: لینک عوض نمی‌شود و از آن به بعد فقط با پلن‌های همان گروه تمدید می‌شوند.
bulk-preview = ببین چند تاست
bulk-count = { $count ->
       *[other] { $count } اشتراک
    }
bulk-first = اولین‌ها:
bulk-begin = انجام شود برای { $count ->
       *[other] { $count } اشتراک
    }
bulk-past = تا امروز
bulk-refresh = تازه‌سازی
bulk-left-out = تغییر نکرد:
bulk-state-running = در حال انجام
bulk-state-done = تمام شد
bulk-state-stopped = متوقف شد
bulk-stop = توقف
office-done-begun = شروع شد و خودش ادامه پیدا می‌کند.
office-deed-bulk-begun = اشتراک‌های زیادی یک‌جا تغییر کرد
office-deed-bulk-stopped = کار گروهی متوقف شد
field-count = تعداد
field-ended-within-days = تعداد روز
field-ended = تعداد روز
field-registered-before = روز
field-to = روز آخر
field-before = روز
field-step = کار
field-group-id = گروه
field-texts = متن
field-buttons = دکمه‌ها
field-segment = گیرنده‌ها

broadcasts = پیام همگانی
broadcast = پیام همگانی
broadcast-past = تا امروز
broadcast-new = پیام تازه
broadcast-hint = از طریق ربات فروشگاه به مشتری‌هایی می‌رسد که تلگرام دارند. اول می‌بینید چه می‌خوانند و چند نفرند.
broadcast-to = برای چه کسانی
segment-all = همه
segment-active = هر که اشتراک فعال دارد
segment-expiring = هر که اشتراکش تا سه روز دیگر تمام می‌شود
segment-ended = هر که اشتراکش در ۳۰ روز گذشته تمام شده
segment-never-connected = هر که هنوز وصل نشده
segment-never-bought = هر که هنوز نخریده
segment-trial-only = هر که فقط تست گرفته
segment-plan = دارندگان یک پلن
segment-group = کاربران یک گروه سرور
segment-language = کاربران یک زبان
broadcast-plan = پلن (برای «دارندگان یک پلن»)
broadcast-group = گروه (برای «کاربران یک گروه»)
broadcast-language = زبان (برای «کاربران یک زبان»)
broadcast-button = دکمهٔ زیر پیام
broadcast-label = نوشتهٔ دکمه
broadcast-action = کار دکمه
broadcast-action-none = بدون دکمه
broadcast-action-buy = نمایش پلن‌ها
broadcast-action-renew = نمایش تمدید
broadcast-action-open = باز کردن یک نشانی
broadcast-url = نشانی دکمه
broadcast-look = پیش‌نمایش
broadcast-state-draft = پیش‌نویس
broadcast-state-sending = در حال ارسال
broadcast-state-done = تمام شد
broadcast-state-stopped = متوقف شد
broadcast-recipients = { $count ->
       *[other] { $count } گیرنده
    }
broadcast-send = ارسال برای { $count ->
       *[other] { $count } مشتری
    }
broadcast-total = گیرنده‌ها
broadcast-counting = هنوز در حال شمارش
broadcast-sent = رسید
broadcast-blocked = در دسترس نیستند
broadcast-failed = ناموفق
broadcast-left = مانده
broadcast-resend = ارسال دوباره به ناموفق‌ها

office-deed-link-renewed = مشتری لینک تازه گرفت
office-deed-order-resolved = سفارش بررسی شد
office-deed-gifts-made = کد هدیه ساخته شد
care-link = لینک تازه
care-link-hint = لینک فعلی همان لحظه از کار می‌افتد و به مشتری گفته می‌شود لینک تازه را بردارد.
care-resolve = بررسی شد
care-gifts = کدهای هدیه
care-gifts-hint = کدهایی که به هر کس واردشان کند، یک پلن رایگان می‌دهد.
care-gifts-count = چند تا، حداکثر ۲۰۰
care-gifts-make = ساختن و دریافت کدها
office-done-renewed = لینک تازه ساخته شد.
segment-no-subscription = کسانی که اشتراک ندارند
segment-lapsed = کسانی که آخرین اشتراکشان چند روز پیش تمام شده
segment-selected = دارندگان اشتراک‌های انتخاب‌شده
broadcast-days = دست‌کم چند روز پیش (با «چند روز پیش تمام شده»)
broadcast-action-coupon = کد تخفیف می‌دهد
broadcast-code = کد تخفیف (با «کد تخفیف می‌دهد»)
