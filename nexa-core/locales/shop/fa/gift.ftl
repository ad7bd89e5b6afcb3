# Gifts: what is told about them, and why one cannot be claimed.
notice-gift-ready = هدیهٔ شما آماده است. کد و لینک آن در بخش هدیه‌هاست؛ هرکس آن را داشته باشد می‌تواند هدیه را بگیرد.
    .full = هدیهٔ شما، «{ $plan }»، آماده است. کد و لینک آن در بخش هدیه‌هاست؛ هرکس آن را داشته باشد می‌تواند هدیه را بگیرد.
notice-gift-claimed = هدیهٔ شما دریافت شد.
    .full = هدیهٔ شما، «{ $plan }»، دریافت شد.
page-order-gift = هدیه
page-gift = یک هدیه برای شما
page-gift-claim = گرفتن هدیه
page-gift-for = هدیه به چه اضافه شود؟
page-gift-code = کد هدیه
page-gift-look = دیدن هدیه
page-gift-open = باز کردن
