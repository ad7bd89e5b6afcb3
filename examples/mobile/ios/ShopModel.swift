// Not compiled here: there is no Swift on the machine that builds the rest. The same calls are compiled and run in
// Kotlin by nexa-ffi/tests/story.kt.

import Foundation
import Nexa
import Security

/// Keeps the session in the Keychain, for this device only.
final class KeychainSecrets: SecretStore {
    private func query(_ name: String) -> [CFString: Any] {
        [kSecClass: kSecClassGenericPassword, kSecAttrService: "org.nexavpn.customer", kSecAttrAccount: name]
    }

    func load(name: String) throws -> String? {
        var asked = query(name)
        asked[kSecReturnData] = true
        var found: CFTypeRef?
        switch SecItemCopyMatching(asked as CFDictionary, &found) {
        case errSecSuccess: return (found as? Data).flatMap { String(data: $0, encoding: .utf8) }
        case errSecItemNotFound: return nil
        case let status: throw SecretStoreError.Unavailable(reason: "keychain \(status)")
        }
    }

    func save(name: String, secret: String) throws {
        try erase(name: name)
        var kept = query(name)
        kept[kSecValueData] = Data(secret.utf8)
        kept[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
        let status = SecItemAdd(kept as CFDictionary, nil)
        if status != errSecSuccess { throw SecretStoreError.Unavailable(reason: "keychain \(status)") }
    }

    func erase(name: String) throws {
        let status = SecItemDelete(query(name) as CFDictionary)
        if status != errSecSuccess && status != errSecItemNotFound {
            throw SecretStoreError.Unavailable(reason: "keychain \(status)")
        }
    }
}

/// What the screens show, and what they may ask for.
@MainActor
final class ShopModel: ObservableObject {
    @Published var me: MeView?
    @Published var accountNumber: String?
    @Published var plans: [PlanView] = []
    @Published var methods: [MethodView] = []
    @Published var order: OrderView?
    @Published var held: [SubscriptionView] = []
    /// The subscription that is looked at; the rest of these is about it.
    @Published var opened: SubscriptionView?
    @Published var usage: UsageView?
    @Published var devices: [DeviceView] = []
    @Published var nearest: String?
    @Published var qr: Data?
    @Published var tickets: [TicketEntryView] = []
    /// The sentence of the last refusal; it is in the customer's language already.
    @Published var refused: String?
    @Published var offline = false
    /// Something went wrong that no customer can be told, and it may have been done all the same.
    @Published var failed = false

    private let shop: Shop
    private var watch: OrderWatch?

    init() throws {
        let language = Locale.current.language.languageCode?.identifier ?? "en"
        let locale = ["fa", "ru"].contains(language) ? language : "en"
        // With a server, whose bindings have no demo (and no `controls`, see `payInDemo`):
        // let settings = ShopSettings(locale: locale, cacheFolder: …)
        // shop = try Shop.connect(urls: ["https://shop.example"], settings: settings, secrets: KeychainSecrets())
        shop = try Shop.demo(locale: locale, secrets: KeychainSecrets())
    }

    /// Runs a call, and turns what can go wrong into what a screen shows.
    private func ask(_ call: @escaping @MainActor () async throws -> Void) {
        refused = nil
        failed = false
        Task {
            do {
                try await call()
                offline = shop.staleSince() != nil
            } catch let ShopError.Refused(_, text, _, _, _, _) {
                refused = text
            } catch ShopError.SignedOut {
                forget()
            } catch ShopError.Offline {
                offline = true
            } catch {
                failed = true
                NSLog("%@", String(describing: error))
            }
        }
    }

    /// Nothing of a customer stays on the screen for the next one.
    private func forget() {
        watch?.cancel()
        me = nil
        accountNumber = nil
        order = nil
        held = []
        opened = nil
        usage = nil
        devices = []
        nearest = nil
        qr = nil
        tickets = []
    }

    func refresh() {
        ask { [self] in
            plans = try await shop.plans()
            methods = try await shop.methods()
            me = try await shop.me()
            held = try await shop.subscriptions()
            tickets = try await shop.tickets(page: PageRequest()).items
        }
    }

    func signUp() {
        ask { [self] in
            accountNumber = try await shop.signUp(request: SignUpRequest(client: "iOS")).accountNumber
            refresh()
        }
    }

    func signIn(number: String) {
        ask { [self] in
            _ = try await shop.signIn(request: SignInRequest(accountNumber: number, client: "iOS"))
            refresh()
        }
    }

    func signOut() {
        ask { [self] in
            // The session is forgotten here whether the shop can be told or not.
            defer { forget() }
            try await shop.signOut()
        }
    }

    func buy(_ plan: PlanView, by method: MethodView) {
        ask { [self] in
            let wish = CheckoutRequest(purpose: .new, method: method.method, planId: plan.planId, expected: plan.price)
            // Without a key the object makes one and keeps it until a server has answered: a second tap, or a second try
            // after a lost connection or a crash, buys nothing twice.
            let placed = try await shop.checkout(request: wish, key: nil)
            order = placed
            follow(placed.orderId)
        }
    }

    /// Play money: the demo's customer pays at once.
    func payInDemo(_ payment: PaymentView) {
        ask { [self] in try await shop.controls()?.pay(payment: payment) }
    }

    private func follow(_ orderId: String) {
        watch?.cancel()
        let now = shop.watchOrder(orderId: orderId)
        watch = now
        ask { [self] in
            while let seen = try await now.next() { order = seen }
            held = try await shop.subscriptions()
        }
    }

    func open(_ subscription: SubscriptionView) {
        ask { [self] in
            let id = subscription.subscriptionId
            opened = subscription
            qr = try await shop.linkQrPng(subscriptionId: id)
            usage = try await shop.usage(subscriptionId: id, days: 30)
            devices = try await shop.devices(subscriptionId: id)
            nearest = fastestServer(reached: try await shop.probeServers(subscriptionId: id).finish())
        }
    }

    func remove(_ device: DeviceView, of subscription: SubscriptionView) {
        ask { [self] in
            try await shop.removeDevice(subscriptionId: subscription.subscriptionId, deviceId: device.deviceId)
            devices = try await shop.devices(subscriptionId: subscription.subscriptionId)
        }
    }

    func askSupport(_ text: String) {
        ask { [self] in
            _ = try await shop.openTicket(request: OpenTicketRequest(text: text), picture: nil)
            tickets = try await shop.tickets(page: PageRequest()).items
        }
    }
}
