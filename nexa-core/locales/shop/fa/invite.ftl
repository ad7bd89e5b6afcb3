# Invitations: what is told about them, and why one cannot be accepted.
notice-invitation-rewarded = دعوت شما به یک خرید رسید. { $reward } به کیف پول شما اضافه شد. سپاسگزاریم!
notice-invitation-reward-taken-back = خریدی که با دعوت شما انجام شده بود برگشت خورد و { $reward } از کیف پول شما کم شد.
notice-welcome-credited = خوش آمدید! چون با دعوت آمده‌اید، { $welcome } به کیف پول شما اضافه شد.
notice-welcome-credit-taken-back = اولین خرید شما برگشت خورد و هدیهٔ خوش‌آمد به مبلغ { $welcome } از کیف پولتان کم شد.
field-reward-bp = پاداش
field-welcome = هدیهٔ خوش‌آمد
page-entry-referral = دعوت
