# What the shop explains: articles that every shop begins with, and the words around them.
article-connect-android = Connect on Android
    .body =
        1. Install an app that takes subscription links. We recommend Hiddify; it is free.
        2. Open [your subscription](/subscriptions) and tap the button of the app. Your link is added by itself.
        3. In the app, tap the big button and allow the VPN connection that Android asks about.

        ## If the button does nothing
        - Copy your link, open the app, tap the plus sign and choose to add from the clipboard.
        - Switch battery saving off for the app, or Android ends the connection in the background.
article-connect-ios = Connect on iPhone and iPad
    .body =
        1. Install an app that takes subscription links, such as Hiddify or Streisand, from the App Store.
        2. Open [your subscription](/subscriptions) in Safari and tap the button of the app.
        3. Allow the VPN configuration that iOS asks about, then switch it on in the app.

        ## If the app is not in your App Store
        - Some stores do not offer it. Sign in with an Apple account of another country, or use another of the apps on your page.
article-connect-windows = Connect on Windows
    .body =
        1. Install Hiddify or v2rayN; your page has a button for each.
        2. Open [your subscription](/subscriptions) on the computer and click the button of the app, or copy your link and add it in the app.
        3. Choose the system proxy or TUN mode and connect.

        ## If pages still do not open
        - Start the app as administrator for TUN mode.
        - End other VPN programs; two at once get in each other's way.
        - Check that the clock of the computer is right.
article-slow-or-blocked = It is slow, or does not connect
    .body =
        Try these one after the other; most of the time the first helps.

        1. Refresh the subscription in the app: new servers appear by themselves.
        2. Choose another server, or the automatic one.
        3. Change from Wi-Fi to mobile data, or the other way round, to see whether the network is the cause.
        4. Look at [your subscription](/subscriptions): is there time and traffic left, and a place for this device?

        > If nothing helps, [write to us](/tickets): say which app, which network and since when.
article-pay-by-card = Pay by card
    .body =
        1. Choose a plan and pay by card.
        2. Transfer exactly the amount that is shown, to the digit: by it we know your payment.
        3. Hand in a picture of the receipt on the page of your order, if it asks for one.

        ## Good to know
        - Money that comes late, or another amount, is not lost: it goes to [your wallet](/wallet).
        - Never transfer to a card number that you did not see on the page of your own order.
article-pay-by-crypto = Pay by cryptocurrency
    .body =
        1. Choose a plan and one of the coins.
        2. Send exactly the amount that is shown, over the network that is named there. What is sent over another network is lost.
        3. If a comment or memo is shown, give it, too.
        4. Wait for the confirmations; the page shows them, and your link comes by itself.

        ## Good to know
        - Exchanges take a fee off what you send. What arrives must be the amount that is shown.
        - What is too much, or late, goes to [your wallet](/wallet).
article-renew = Renew
    .body =
        1. Open [your subscription](/subscriptions) and choose to renew it.
        2. Pay as you like; with enough in your wallet it takes one tap.

        ## Good to know
        - Your link stays the same; no device has to be set up again.
        - What is left of time and traffic is kept.
        - With automatic renewal it is paid from [your wallet](/wallet) before it ends. We tell you first.
article-devices = Devices
    .body =
        Your plan says how many devices can use it at the same time.

        - [Your subscription](/subscriptions) shows the devices that hold a place. Remove one to make room for another.
        - When a new device is refused, all places are taken.
        - Somebody else has your link? Make a new one there: the old one is dead at once, and you add the new one to your own devices.
help = Help
help-lead = Answers to what is asked most often.
help-search = Search
help-search-hint = A few words, e.g. slow on Android
help-nothing-found = Nothing was found. Try other words, or write to us.
help-all = All topics
help-category-connect = Set up
help-category-trouble = When it does not work
help-category-pay = Pay
help-category-service = Your subscription
help-category-other = More
help-platform-android = Android
help-platform-ios = iOS
help-platform-windows = Windows
help-platform-macos = macOS
help-platform-linux = Linux
help-did-it-help = Did this help?
help-yes = Yes
help-no = No
help-thanks = Thank you. That helps us write better.
help-write = Write to us
help-before-you-write = Perhaps this answers it already
help-find-first = What is it about?
terms = Terms
privacy = Privacy
refunds = Refunds
bot-help-topics = 📖 Answers
bot-help-topics-hint = What is it about?
bot-help-helped = 👍 That helped
bot-help-missed = 👎 It did not
bot-help-whole = 📖 Read all of it
articles = Help articles
articles-see = See the help
articles-add = New article
articles-hint = An article with the name of a starter takes its place, in its language.
articles-starter = Starter
articles-hidden = Hidden
articles-draft = Draft
articles-edit = Edit
articles-replace = Write it yourself
articles-hide = Hide
articles-show = Show
articles-up = Up
articles-down = Down
articles-remove = Remove
office-confirm-article-remove = Throw “{ $name }” away?
office-confirm-article-remove-text = Its text cannot be brought back. Where there is a starter of the same name, that is shown again.
articles-save = Save
articles-preview = Preview
articles-slug = Name in the address
articles-slug-hint = Small Latin letters, digits and dashes; the same in every language.
articles-language = Language
articles-category = Topic
articles-platforms = Only for
articles-title = Title
articles-body = Text
articles-body-hint = # heading · - list · 1. steps · > aside · **strong** · *soft* · `code` · [words](https://…)
articles-published = Customers see it
articles-votes = helped { $helped }, did not { $missed }
own-texts = Texts of your own
own-texts-hint = What is left empty says what we say, or nothing.
own-texts-marks = Filled in: { $marks }
own-texts-built-in = Without it:
own-texts-save = Save
own-texts-preview = As it is shown
own-text-welcome = The bot's welcome
own-text-help = The bot's help
own-text-purchased = Beside an order that was delivered
own-text-sign-up = Where one makes an account
own-text-footer = At the foot of every page
own-text-terms = Terms
own-text-privacy = Privacy
own-text-refunds = Refunds
office-deed-article-saved = Help article saved
office-deed-article-removed = Help article removed
office-deed-help-arranged = Help arranged
office-deed-text-set = Text of the shop's own set
field-slug = Name in the address
field-title = Title
field-body = Text
field-category = Topic
