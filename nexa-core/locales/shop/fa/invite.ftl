# Invitations: what is told about them, and why one cannot be accepted.
notice-invitation-rewarded = دعوت شما به یک خرید رسید. { $reward } به کیف پول شما اضافه شد. سپاسگزاریم!
notice-invitation-reward-taken-back = خریدی که با دعوت شما انجام شده بود برگشت خورد و { $reward } از کیف پول شما کم شد.
notice-welcome-credited = خوش آمدید! چون با دعوت آمده‌اید، { $welcome } به کیف پول شما اضافه شد.
notice-welcome-credit-taken-back = اولین خرید شما برگشت خورد و هدیهٔ خوش‌آمد به مبلغ { $welcome } از کیف پولتان کم شد.
refusal-invitation-unknown = کد دعوتی با این مشخصات نداریم. لطفاً آن را بررسی کنید.
refusal-own-invitation = نمی‌توانید خودتان را دعوت کنید یا با دعوت کسی بیایید که خودتان دعوتش کرده‌اید.
refusal-already-invited = شما پیش از این با دعوت دیگری آمده‌اید.
refusal-invitation-too-late = دعوت را فقط پیش از اولین خرید می‌توان پذیرفت.
field-reward-bp = پاداش
field-welcome = هدیهٔ خوش‌آمد
field-code = کد
page-entry-referral = دعوت
