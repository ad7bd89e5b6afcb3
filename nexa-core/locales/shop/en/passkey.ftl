# Passkeys: signing in with what unlocks one's own device.
passkey-sign-in = Sign in with a passkey
passkey-confirm = Confirm with a passkey
passkey-title = Passkeys
passkey-text = With a passkey you sign in by fingerprint, face or the lock of your screen. Nothing to type, nothing to steal.
passkey-add = Add a passkey
passkey-unused = Not used yet
passkey-failed = That did not work. Please try again or sign in another way.
