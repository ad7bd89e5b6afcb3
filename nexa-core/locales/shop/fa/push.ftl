# The app that the pages are, and its messages on a device.
kept-at = آخرین به‌روزرسانی:
offline-retry = تلاش دوباره
install-ios = برای نصب روی آیفون یا آیپد: دکمهٔ اشتراک‌گذاری را بزنید و «افزودن به صفحهٔ اصلی» را انتخاب کنید.
push-denied = این مرورگر اجازهٔ پیام از این سایت را نمی‌دهد. از تنظیمات مرورگر می‌توانید اجازه بدهید.
