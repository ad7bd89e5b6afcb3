# Messages to customers. The value needs no data; `.full` is used when the caller knows what the message is about.
notice-ready = Your subscription is ready.
    .full = Your subscription “{ $plan }” is ready and runs until { $until }.
notice-renewed = Your subscription was renewed.
    .full = Your subscription “{ $plan }” was renewed and now runs until { $until }.
notice-ended = Your subscription has ended. Renew it to stay connected.
    .full = Your subscription “{ $plan }” has ended. Renew it to stay connected.
notice-exhausted = Your traffic is used up. Renew your subscription to stay connected.
    .full = The traffic of your subscription “{ $plan }” is used up. Renew it to stay connected.
notice-grace = Your subscription has run out. So that you can renew it, it still works for { $hours ->
        [one] { $hours } hour
       *[other] { $hours } hours
    } and at most { $traffic }.
    .full = Your subscription “{ $plan }” has run out. So that you can renew it, it still works for { $hours ->
            [one] { $hours } hour
           *[other] { $hours } hours
        } and at most { $traffic }.
notice-link-reset = Your subscription has a new link. The old link no longer works.
    .full = Your subscription “{ $plan }” has a new link. The old link no longer works.
notice-moved = Your subscription has moved to other servers. Please refresh it in your app; the link is the same.
    .full = “{ $plan }” has moved to other servers. Please refresh it in your app; the link is the same.
notice-payment-seen = We have seen your payment and are waiting for its confirmation.
    .full = We have seen your payment of { $amount } and are waiting for its confirmation.
notice-payment-short = The amount that arrived is too small. Please pay the rest to complete your order.
    .full = The amount that arrived is { $amount } short. Please pay the rest to complete your order.
notice-money-in-wallet = Your payment was added to your wallet.
    .full = { $amount } from your payment was added to your wallet.
notice-receipt-rejected = Your receipt was not accepted. Check it and send it again, or contact support.
    .full = Your receipt for { $amount } was not accepted. Check it and send it again, or contact support.
notice-order-expired = The time to pay for your order is over. If you have paid already, the money will not be lost.
    .full = The time to pay { $amount } for your order is over. If you have paid already, the money will not be lost.
notice-wallet-topped-up = Your wallet was topped up.
    .full = Your wallet was topped up with { $amount }.
notice-refunded = The price of your order was returned to your wallet.
    .full = { $amount } was returned to your wallet.
notice-sent-back = { $amount } was sent back to where you paid from.
notice-frozen = The payment for your subscription is being contested, so it is on hold until that is decided. If this is a mistake, contact support.
    .full = The payment for your subscription “{ $plan }” is being contested, so it is on hold until that is decided. If this is a mistake, contact support.
notice-thawed = The question about your payment is settled and your subscription works again.
    .full = The question about your payment is settled and your subscription “{ $plan }” works again.
