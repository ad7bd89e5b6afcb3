# Words of the shop: units, currencies, states, and what buttons and headings say.
days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
devices = { $devices ->
    [one] { $devices } device
   *[other] { $devices } devices
}
unit-gib = GiB
unit-mib = MiB
currency-irr = IRR
currency-usd = USD
currency-eur = EUR
currency-rub = RUB
currency-cny = CNY
currency-usdt = USDT
currency-usdc = USDC
currency-btc = BTC
currency-ltc = LTC
currency-ton = TON
currency-xmr = XMR
currency-xtr = Stars

extra-dedicated-ip = own address
extra-multi-hop = multi-hop
extra-port-forward = port forwarding

subscription-pending = Being set up
subscription-active = Active
subscription-exhausted = Traffic used up
subscription-ended = Ended
subscription-suspended = Suspended
subscription-frozen = On hold
subscription-revoked = Revoked

order-placed = Placed
order-awaiting-payment = Waiting for payment
order-paid = Paid, being set up
order-fulfilled = Done
order-cancelled = Cancelled
order-expired = Not paid in time
order-refunding = Being refunded
order-refunded = Refunded

payment-created = Being prepared
payment-open = Waiting for payment
payment-seen = Payment seen, waiting for confirmation
payment-underpaid = Paid in part
payment-paid = Paid
payment-overpaid = Paid too much; the rest is in your wallet
payment-expired = Not paid in time
payment-failed = Failed
payment-disputed = Contested; waiting for the outcome
payment-refunding = Being sent back
payment-refunded = Sent back
payment-needs-review = Being checked

# The one line that apps show in front of the servers, and dead entries in place of servers.
link-status = { $left } left · { $days }
link-ended = Subscription ended. Please renew it
link-exhausted = Traffic used up. Please renew
link-grace = Your subscription has run out and works only a little longer. Please renew it now
link-suspended = Subscription suspended. Please contact support
link-pending = Being set up. Please update in a minute
link-empty = No server available. Please update later

plans = Plans
buy = Buy
renew = Renew
pay = Pay
cancel = Cancel
copy = Copy
wallet = Wallet
wallet-balance = Wallet balance
wallet-held = Set aside for unpaid orders: { $amount }
order-held = { $amount } of your wallet is set aside for this order. It comes back if you cancel the order or it is not paid in time.
top-up = Top up
orders = Orders
subscriptions = Subscriptions
my-link = Your link
reset-link = Get a new link
sign-in = Sign in
sign-up = Create an account
sign-out = Sign out
account-number = Account number
account-number-once = Write this number down. It is your only key to this account, and it is shown only once.
email = E-mail
password = Password
support = Support
free-trial = Free trial
used-of = { $used } of { $limit } used
valid-until = Valid until { $until }
pay-exactly = Pay exactly { $amount }
pay-before = Pay before { $until }
send-receipt = Send the receipt
status-test = Test shop: no real money
