# Mails with a code. $shop is the shop's name.
mail-code-subject = Your code for { $shop }
mail-code-sign-in = Here is your code to sign in to { $shop }:
mail-code-add = Here is the code to add this e-mail address to your account at { $shop }:
mail-code-link = Or open this link on the device you want to sign in on:
mail-code-open = Sign in
mail-code-valid = { $minutes ->
    [one] It is valid for one minute and works once.
   *[other] It is valid for { $minutes } minutes and works once.
}
mail-code-ignore = If you did not ask for it, ignore this e-mail. Never give the code to anybody.
