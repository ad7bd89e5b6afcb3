# Conversations of customers with the shop.
notice-ticket-answered = پشتیبانی به شما پاسخ داد.
    .full = پشتیبانی دربارهٔ «{ $plan }» به شما پاسخ داد.
action-open-ticket = خواندن پاسخ
field-subject = موضوع
field-text = پیام
refusal-too-many-tickets = پنج درخواست باز دارید. لطفاً اول یکی را ببندید یا در همان‌ها بنویسید.
refusal-too-many-messages = پیام‌هایتان زیاد شد. لطفاً یک ساعت دیگر دوباره بنویسید.
refusal-too-many-pictures = در هر ساعت فقط سه عکس می‌توان فرستاد. لطفاً عکس بعدی را دیرتر بفرستید.
