# Mails with a code. $shop is the shop's name.
mail-code-subject = کد شما برای { $shop }
mail-code-sign-in = کد ورود شما به { $shop }:
mail-code-add = کد افزودن این ایمیل به حساب شما در { $shop }:
mail-code-link = یا این پیوند را در دستگاهی که می‌خواهید با آن وارد شوید باز کنید:
mail-code-open = ورود
mail-code-valid = این کد تا { $minutes } دقیقه معتبر است و فقط یک بار کار می‌کند.
mail-code-ignore = اگر شما درخواست نکرده‌اید، این ایمیل را نادیده بگیرید. کد را به هیچ‌کس ندهید.
