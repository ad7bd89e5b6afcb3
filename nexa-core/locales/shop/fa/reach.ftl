# What messengers and browsers show, and what their readers chose to hear.
matter-payment = پرداخت
matter-subscription = اشتراک شما
matter-reminder = یادآوری
matter-news = خبرها
matter-support = پشتیبانی
action-open-subscription = دیدن اشتراک
action-renew = تمدید
action-buy-traffic = خرید حجم
action-top-up = شارژ کیف پول
action-open-wallet = دیدن کیف پول
action-open-plans = انتخاب پلن
action-open-order = دیدن سفارش

notice-payment-confirmed = پرداخت شما تأیید شد. داریم سرویس را آماده می‌کنیم.
    .full = پرداخت شما به مبلغ { $amount } تأیید شد. داریم سرویس را آماده می‌کنیم.
notice-ends-in-six-hours = شش ساعت دیگر مدت اشتراک شما تمام می‌شود. برای ادامهٔ اتصال، آن را تمدید کنید.
    .full = شش ساعت دیگر مدت اشتراک «{ $plan }» تمام می‌شود. برای ادامهٔ اتصال، آن را تمدید کنید.
notice-traffic-very-low = نود و پنج درصد حجم شما مصرف شده است. برای ادامهٔ اتصال، حجم بخرید یا اشتراک را تمدید کنید.
    .full = نود و پنج درصد حجم اشتراک «{ $plan }» مصرف شده است. برای ادامهٔ اتصال، حجم بخرید یا آن را تمدید کنید.
notice-not-connected = اشتراک شما آماده است، اما هنوز چیزی به آن وصل نشده. برای دیدن راهنمای اتصال، بازش کنید.
    .full = اشتراک «{ $plan }» آماده است، اما هنوز چیزی به آن وصل نشده. برای دیدن راهنمای اتصال، بازش کنید.

reach-title = پیام‌ها
reach-hint = پیام‌های پرداخت و اشتراک همیشه می‌رسند. بقیه به انتخاب شماست.
reach-reminders = یادآوری پیش از پایان زمان یا حجم
reach-news = خبرها و پیشنهادها
reach-support = پاسخ‌های پشتیبانی
reach-quiet = ساعت‌های سکوت
reach-quiet-hint = تا پایان این ساعت‌ها فقط پیام‌های مهم به دستگاه شما می‌رسند. ساعت‌ها به وقت { $zone } است.
reach-from = از
reach-until = تا
reach-save = ذخیره

