# The app that the pages are, and its messages on a device.
kept-at = Last seen:
offline-retry = Try again
install-ios = To install on iPhone or iPad: tap Share, then “Add to Home Screen”.
push-denied = This browser does not allow messages from this site. You can change that in its settings.
