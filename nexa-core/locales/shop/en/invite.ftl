# Invitations: what is told about them, and why one cannot be accepted.
notice-invitation-rewarded = Your invitation brought a purchase. We put { $reward } into your wallet. Thank you!
notice-invitation-reward-taken-back = A purchase that your invitation brought was refunded, so we took { $reward } back from your wallet.
notice-welcome-credited = Welcome! We put { $welcome } into your wallet because you came by an invitation.
notice-welcome-credit-taken-back = Your first purchase was refunded, so we took your welcome credit of { $welcome } back from your wallet.
field-reward-bp = Reward
field-welcome = Welcome credit
page-entry-referral = Invitation
