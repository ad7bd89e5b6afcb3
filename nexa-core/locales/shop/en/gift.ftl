# Gifts: what is told about them, and why one cannot be claimed.
notice-gift-ready = Your gift is ready. You find its code and links among your gifts; whoever has them can claim it.
    .full = Your gift “{ $plan }” is ready. You find its code and links among your gifts; whoever has them can claim it.
notice-gift-claimed = Your gift was claimed.
    .full = Your gift “{ $plan }” was claimed.
page-order-gift = Gift
page-gift = A gift for you
page-gift-claim = Take the gift
page-gift-for = What shall it become?
page-gift-code = The gift's code
page-gift-look = Look at it
page-gift-open = Open it
