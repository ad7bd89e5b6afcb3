// Not compiled here: there is no Swift on the machine that builds the rest. The same calls are compiled and run in
// Kotlin by nexa-ffi/tests/story.kt.

import Nexa
import SwiftUI

// SwiftUI mirrors the layout by itself where the language is Persian.
@main
struct CustomerApp: App {
    var body: some Scene {
        WindowGroup {
            if let model = try? ShopModel() {
                Customer(model: model)
            } else {
                Text("offline")
            }
        }
    }
}

struct Customer: View {
    @StateObject var model: ShopModel

    var body: some View {
        TabView {
            Page(model: model) { Plans(model: model) }.tabItem { Label("plans", systemImage: "cart") }
            Page(model: model) { Mine(model: model) }.tabItem { Label("mine", systemImage: "lock.shield") }
            Page(model: model) { Help(model: model) }.tabItem { Label("help", systemImage: "questionmark.bubble") }
        }
        .task { model.refresh() }
    }
}

/// What stands above every page: refusals, the state of the connection, and the door.
struct Page<Content: View>: View {
    @ObservedObject var model: ShopModel
    @ViewBuilder let content: Content
    @State private var number = ""

    var body: some View {
        List {
            if let refused = model.refused { Text(refused).foregroundStyle(.red) }
            if model.failed { Text("failed").foregroundStyle(.red) }
            if model.offline { Text("offline") }
            if model.me == nil {
                Section {
                    TextField("account_number", text: $number).keyboardType(.numberPad)
                    Button("sign_in") { model.signIn(number: number) }
                    Button("new_account") { model.signUp() }
                }
            }
            content
        }
        .refreshable { model.refresh() }
    }
}

struct Plans: View {
    @ObservedObject var model: ShopModel
    @Environment(\.openURL) private var openURL

    var body: some View {
        if let number = model.accountNumber { Text("keep_number \(number)").textSelection(.enabled) }
        if let order = model.order {
            Section("\(order.number) · \(order.state)") {
                if order.state == "awaiting_payment", let payment = order.payment {
                    Text("\(payment.dueText) \(payment.due.currency)")
                    if let address = payment.address { Text(address).textSelection(.enabled) }
                    if let place = payment.redirectUrl ?? payment.uri, let url = URL(string: place) {
                        Button("pay") { openURL(url) }
                    }
                    Button("pay_in_demo") { model.payInDemo(payment) }
                }
            }
        }
        ForEach(model.plans, id: \.planId) { plan in
            Section(plan.name) {
                Text(money(plan.price))
                ForEach(model.methods, id: \.method) { method in
                    Button(method.name) { model.buy(plan, by: method) }
                }
            }
        }
    }
}

struct Mine: View {
    @ObservedObject var model: ShopModel

    var body: some View {
        ForEach(model.held, id: \.subscriptionId) { held in
            Section(held.name ?? held.planName) {
                ProgressView(value: Double(held.usedBytes), total: Double(max(held.limitBytes, 1)))
                Text("left \(gib(held.remainingBytes)) \(Int(held.daysLeft))")
                Button("qr") { model.open(held) }
                if model.opened?.subscriptionId == held.subscriptionId {
                    ForEach(model.devices, id: \.deviceId) { device in
                        HStack {
                            Text(device.name)
                            Spacer()
                            Button("remove", role: .destructive) { model.remove(device, of: held) }
                        }
                    }
                }
            }
        }
        if let png = model.qr, let picture = UIImage(data: png) {
            Image(uiImage: picture).interpolation(.none).resizable().scaledToFit().accessibilityLabel("qr")
        }
        if let nearest = model.nearest { Text("nearest \(nearest)") }
        ForEach((model.usage?.days ?? []).filter { $0.bytes > 0 }, id: \.date) { day in
            HStack {
                Text(day.date)
                Spacer()
                Text(gib(day.bytes))
            }
        }
    }
}

struct Help: View {
    @ObservedObject var model: ShopModel
    @State private var text = ""

    var body: some View {
        Section {
            TextField("question", text: $text, axis: .vertical)
            Button("ask") {
                model.askSupport(text)
                text = ""
            }
            .disabled(text.isEmpty)
        }
        ForEach(model.tickets, id: \.ticketId) { ticket in
            HStack {
                Text(ticket.subject ?? ticket.openedAt)
                Spacer()
                Text(ticket.state)
            }
        }
        Button("sign_out") { model.signOut() }
    }
}

private func gib(_ bytes: UInt64) -> String {
    ByteCountFormatter.string(fromByteCount: Int64(clamping: bytes), countStyle: .binary)
}

private func money(_ of: MoneyView) -> String {
    // The shop prices in currencies of two decimals, or in rial, which has none.
    let amount = Decimal(of.minor) / (of.currency == "IRR" ? 1 : 100)
    return amount.formatted(.currency(code: of.currency))
}
