# Pages and the API's problems.
web-language = English
web-docs = API documentation
web-missing-title = Nothing here
web-missing = This link leads nowhere. It may have been replaced by a new one: ask where you got it.
web-left = left
web-days-left = until the end
web-used = Used
web-until = Valid until
web-import = Import into an app
web-import-hint = Install one of these apps, then tap its button here.
web-link-hint = Copy it into any app, or scan the code. Keep it to yourself: whoever has it can use your traffic.
web-extras = Your extras
web-your-address = Your address: { $address }
web-forward = Open a port of the server
web-forward-hint = This command makes the port after -R reach port 80 of your own device, for as long as it runs. You may use any of these ports.
web-ports = Ports
web-servers = Servers
web-up = online
web-down = not answering

web-claim-title = Run this shop
web-claim = With this button you become the operator. It works once, so have a place ready to keep your keys.
web-claim-button = Make me the operator
web-claim-gone-title = This link is used up
web-claim-gone = Somebody has used it, or it is too old. If you were invited, ask for a new link. Only while nobody runs the shop does restarting the program print a new one.
web-claimed-title = The shop is yours
web-claimed = Keep both in a safe place now. They are not shown again.
web-api-key = API key
web-try = Try it

web-sandbox-title = Demo payment
web-sandbox = This is play money. The button does what a bank would do, and nothing is charged.
web-sandbox-button = Pay with play money

web-title-wrong = The request is not right
web-title-signed-out = Please sign in
web-title-forbidden = Not permitted
web-title-missing = Not found
web-title-conflict = Already being done
web-title-large = Too large
web-title-refused = This cannot be done
web-title-slow = Too many tries
web-title-accident = Something broke on our side

web-problem-bad-json = The request's body cannot be read.
web-problem-bad-form = The form cannot be read.
web-problem-bad-parameter = A parameter of the request is wrong.
web-problem-bad-request = The request cannot be read.
web-problem-unknown-path = There is nothing at this address.
web-problem-method-not-allowed = This address does not do that.
web-problem-unsupported-media-type = This content type is not taken here.
web-problem-too-large = The request is larger than allowed.
web-problem-cross-site = This form came from another site, so nothing was done.
web-problem-unavailable = This does not work right now. Please try again in a moment.
web-problem-internal = Something broke on our side. It was noted; please try again later.
