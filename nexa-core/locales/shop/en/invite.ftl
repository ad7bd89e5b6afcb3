# Invitations: what is told about them, and why one cannot be accepted.
notice-invitation-rewarded = Your invitation brought a purchase. We put { $reward } into your wallet. Thank you!
notice-invitation-reward-taken-back = A purchase that your invitation brought was refunded, so we took { $reward } back from your wallet.
notice-welcome-credited = Welcome! We put { $welcome } into your wallet because you came by an invitation.
notice-welcome-credit-taken-back = Your first purchase was refunded, so we took your welcome credit of { $welcome } back from your wallet.
refusal-invitation-unknown = Nobody invites with this code. Please check it.
refusal-own-invitation = You cannot invite yourself, nor be invited by somebody whom you invited.
refusal-already-invited = You have already come by another invitation.
refusal-invitation-too-late = An invitation can only be accepted before the first purchase.
field-reward-bp = Reward
field-welcome = Welcome credit
field-code = Code
page-entry-referral = Invitation
