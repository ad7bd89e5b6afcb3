# The customer's link, its devices, and guides for setting up another device.
link-devices-full = Device limit reached: remove a device at your account page
link-device-unnamed = This app does not name its device. Please use another app
link-no-wireguard = This subscription has no WireGuard server
link-moving = The address of your subscription changes. Please update it in the app
link-unknown-format-title = Unknown format
link-unknown-format = The link works, but there is no such format. Use it without what stands behind the last slash.
link-other-addresses = If this link does not open, use one of these instead. They lead to the same subscription.

open-title = Open in { $app }
open = { $app } should open now. If nothing happens, tap the button.
open-button = Open { $app }
open-missing = Not installed yet? Get { $app } first, then come back here.
open-store = Get { $app }

guide-title = Set up a device
guide = These steps bring the VPN to this device. The page can be opened for seven days at most.
guide-step-install = Install one of the apps for your system.
guide-step-import = Come back here and tap the app's button. It takes the settings over by itself.
guide-step-connect = Choose a server in the app and connect.
guide-scan = On a television, or a device without this page: scan the code with the app.
