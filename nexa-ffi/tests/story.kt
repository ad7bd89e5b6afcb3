// A customer's story over the Kotlin bindings, on the JVM: most of what story.py tells, and what coroutines add.
//
//   StoryKt                        the demo
//   StoryKt URL ACCOUNT_NUMBER     a server that runs `nexa demo`, and its customer with money in the wallet

import java.net.HttpURLConnection
import java.net.URI
import java.net.URLDecoder
import java.net.URLEncoder
import java.util.Base64
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.nexavpn.*

const val NOBODY = "00000000-0000-7000-8000-000000000000"

/** What a phone has for secrets, in memory; it can be locked. */
open class Keychain : SecretStore {
    val held = HashMap<String, String>()
    var locked = false

    private fun check() {
        if (locked) throw SecretStoreException.Unavailable("locked")
    }

    override fun load(name: String): String? {
        check()
        return held[name]
    }

    override fun save(name: String, secret: String) {
        check()
        held[name] = secret
    }

    override fun erase(name: String) {
        check()
        held.remove(name)
    }
}

/** Throws what no interface promised. */
class Broken : Keychain() {
    override fun save(name: String, secret: String) = throw IllegalStateException("out of paper")
}

/** Where the story plays. */
interface Stage {
    fun phone(secrets: SecretStore? = null): Shop
    suspend fun pay(shop: Shop, payment: PaymentView)
}

object Demo : Stage {
    override fun phone(secrets: SecretStore?) = Shop.demo("en", secrets)

    override suspend fun pay(shop: Shop, payment: PaymentView) = shop.controls()!!.pay(payment)
}

/** A shop behind HTTP that takes play money on a page with one button. */
class Server(private val url: String) : Stage {
    // The first address leads nowhere: a phone has several, and goes on to the next.
    override fun phone(secrets: SecretStore?) =
        Shop.connect(listOf("http://127.0.0.1:9", url), null, ShopSettings(locale = "en"), secrets)

    override suspend fun pay(shop: Shop, payment: PaymentView) {
        val page = URI(payment.redirectUrl!!)
        val fields = page.rawQuery.split('&').associate {
            val (name, value) = it.split('=', limit = 2)
            name to URLDecoder.decode(value, "UTF-8")
        } + ("reference" to page.path.substringAfterLast('/'))
        val body = fields.filterKeys { it != "hook" }
            .map { (name, value) -> name + "=" + URLEncoder.encode(value, "UTF-8") }.joinToString("&")
        val hook = URI(page.scheme + "://" + page.authority + fields["hook"]).toURL()
        val call = hook.openConnection() as HttpURLConnection
        call.doOutput = true
        call.outputStream.use { it.write(body.toByteArray()) }
        same(call.responseCode, 200)
    }
}

fun <T> same(found: T, wanted: T) {
    if (found != wanted) throw AssertionError("$found is not $wanted")
}

fun holds(fact: Boolean, said: Any? = null) {
    if (!fact) throw AssertionError("not so: $said")
}

/** The code of a call that must be refused. */
suspend fun refused(call: suspend () -> Any?): String {
    val given = try {
        call()
    } catch (no: ShopException.Refused) {
        holds(no.text.isNotEmpty(), no.code)
        return no.code
    }
    throw AssertionError("not refused: $given")
}

suspend fun signedOut(call: suspend () -> Any?) {
    val given = try {
        call()
    } catch (no: ShopException.SignedOut) {
        return
    }
    throw AssertionError("not asked to sign in: $given")
}

/** Follows an order to its end. */
suspend fun watched(shop: Shop, orderId: String): OrderView {
    var last: OrderView? = null
    shop.watchOrder(orderId).use { watch ->
        while (true) last = watch.next() ?: break
    }
    return last!!
}

suspend fun lookAround(shop: Shop): Pair<PlanView, String> {
    val plans = shop.plans()
    val methods = shop.methods()
    holds(plans.isNotEmpty() && shop.offer().plans == plans)
    holds(methods[0].method == "wallet" && methods.size > 1)
    signedOut { shop.me() }
    signedOut { shop.order(NOBODY) }
    return plans[0] to methods.last().method
}

suspend fun buy(stage: Stage, shop: Shop, plan: PlanView, method: String): OrderView {
    val quote = shop.quote(QuoteRequest(planId = plan.planId, method = method))
    val wish = CheckoutRequest(Purpose.NEW, method, planId = plan.planId, expected = quote.price)
    var order = shop.checkout(wish, "my-first")
    holds(order.price == quote.price && order.payment!!.due == quote.due)
    same(shop.checkout(wish, "my-first").orderId, order.orderId)
    val other = CheckoutRequest(Purpose.TOP_UP, method, amount = plan.price)
    same(refused { shop.checkout(other, "my-first") }, "key_reused")
    val dear = wish.copy(expected = MoneyView(1L, "USD"))
    same(refused { shop.checkout(dear, "too-cheap") }, "price_changed")
    val watch = shop.watchOrder(order.orderId)
    same(watch.next()!!.state, "awaiting_payment")
    stage.pay(shop, order.payment!!)
    while (true) order = watch.next() ?: break
    holds(order.state == "fulfilled" && order.paidAt != null, order.state)
    same(watch.next(), null)
    watch.close()
    return order
}

suspend fun use(shop: Shop, id: String) {
    val held = shop.subscription(id)
    holds(held.state == "active" && held.daysLeft > 0u)
    same(shop.linkQrPng(id).copyOfRange(1, 4).decodeToString(), "PNG")
    holds(shop.linkQrSvg(id).startsWith("<svg"))
    holds("vless://" in shop.linkDocument(id, LinkFormat.PLAIN))
    val packed = Base64.getDecoder().decode(shop.linkDocument(id, LinkFormat.BASE64)).decodeToString()
    holds("vless://" in packed)
    holds("\"outbounds\"" in shop.linkDocument(id, LinkFormat.SING_BOX))
    holds("proxies:" in shop.linkDocument(id, LinkFormat.CLASH))
    val usage = shop.usage(id, 7u)
    holds(usage.days.size == 7 && usage.totalBytes == usage.days.fold(0uL) { sum, day -> sum + day.bytes })
    same(refused { shop.usage(id, 91u) }, "bad_input")
    same(shop.devices(id), emptyList())
    same(refused { shop.removeDevice(id, NOBODY) }, "not_found")
    same(shop.subscriptions().map { it.subscriptionId }, listOf(id))
    same(shop.staleSince(), null)
    val reached = shop.probeServers(id).use { it.finish() }
    val names = held.servers.map { it.name }
    holds(reached.isNotEmpty() && reached.all { it.server in names }, reached)
    holds(fastestServer(reached) in names)
    val ended = shop.probeServers(id)
    ended.cancel()
    same(ended.finish(), emptyList())
}

suspend fun change(shop: Shop, held: String) {
    same(shop.renameSubscription(held, " گوشی\u200cمن ").name, "گوشی\u200cمن")
    same(refused { shop.renameSubscription(held, "a\u202eb") }, "bad_input")
    for (on in listOf(true, false)) same(shop.setAutoRenew(held, on).autoRenew, on)
    val old = shop.subscription(held).link
    holds(shop.resetLink(held).link != old)
    same(refused { shop.moveSubscription(held, "XX") }, "region_unknown")
}

suspend fun fillAndSpend(stage: Stage, shop: Shop, plan: PlanView, method: String, held: String) {
    val amount = MoneyView(5 * plan.price.minor, plan.price.currency)
    val topUp = shop.checkout(CheckoutRequest(Purpose.TOP_UP, method, amount = amount), "top-up")
    stage.pay(shop, topUp.payment!!)
    watched(shop, topUp.orderId)
    same(shop.wallet(PageRequest()).balance, amount)
    val pack = shop.packs().first { it.kind == "traffic" }
    val before = shop.subscription(held)
    val more = CheckoutRequest(Purpose.TRAFFIC_PACK, "wallet", packId = pack.packId, subscriptionId = held)
    val order = shop.checkout(more, "more")
    holds(order.state == "paid" || order.state == "fulfilled", order.state)
    watched(shop, order.orderId)
    val after = shop.subscription(held)
    holds(after.limitBytes == before.limitBytes + pack.amount && after.endsAt == before.endsAt)
    same(shop.me().wallet.minor, amount.minor - pack.price.minor)
}

suspend fun askAndRead(shop: Shop, held: String) {
    val asked = shop.openTicket(OpenTicketRequest(subject = "Slow", text = "It is slow", subscriptionId = held), null)
    val id = asked.ticket.ticketId
    same(refused { shop.replyTicket(id, "", "no picture".toByteArray()) }, "bad_picture")
    same(shop.replyTicket(id, "Still", null).messages.map { it.text }, listOf("It is slow", "Still"))
    same(shop.closeTicket(id).ticket.state, "closed")
    same(shop.tickets(PageRequest(limit = 1u)).items[0].ticketId, id)
    holds(shop.notices(PageRequest()).items.any { it.key == "ready" })
    val changed = shop.setNoticePreferences(NoticePreferencesRequest(news = false))
    holds(!changed.news && shop.noticePreferences() == changed)
}

suspend fun oddInput(shop: Shop) {
    val long = "x".repeat(100_000)
    for (text in listOf("", " ", "x", "\u0000", "../..", "'; DROP TABLE orders;--", "🙂", long, NOBODY)) {
        val calls: List<suspend (String) -> Any?> =
            listOf(shop::order, shop::subscription, shop::ticket, shop::cancelOrder, shop::resetLink)
        for (call in calls) same(refused { call(text) }, "not_found")
    }
    // A server counts these as guesses, and takes 20 in 10 minutes of all that can be guessed.
    for (text in listOf(long, NOBODY)) refused { shop.adopt(text) }
    refused { shop.signIn(SignInRequest(passkey = PasskeyProof("x", "{ no JSON"))) }
    refused { shop.signIn(SignInRequest(accountNumber = "1".repeat(25))) }
    shop.speak("fa")
    try {
        shop.order(NOBODY)
        throw AssertionError("it is nobody's")
    } catch (no: ShopException.Refused) {
        holds(no.text.any { it in '\u0600'..'\u06ff' }, no.text)
    }
    shop.speak("en")
}

/** The session is in the phone's store from the first moment to the last. */
suspend fun comeAndGo(stage: Stage) {
    val keychain = Keychain()
    val shop = stage.phone(keychain)
    val made = shop.signUp(SignUpRequest())
    val byNumber = SignInRequest(accountNumber = made.accountNumber)
    holds(made.accountNumber!!.length == 25 && keychain.held["session"] == shop.token())
    shop.signOut()
    holds(keychain.held.isEmpty() && !shop.isSignedIn())
    signedOut { shop.me() }
    same(shop.signIn(byNumber).userId, made.session.userId)
    keychain.locked = true
    for (broken in listOf(keychain, Broken())) {
        val said = try {
            stage.phone(broken).signUp(SignUpRequest())
            null
        } catch (no: ShopException.Secrets) {
            no.reason
        }
        holds(!said.isNullOrEmpty(), "a store that throws is told")
    }
    keychain.locked = false
    same(watched(shop, shop.trial().orderId).state, "fulfilled")
    same(refused { shop.trial() }, "trial_used")
    shop.deleteAccount(true)
    holds(keychain.held.isEmpty())
    signedOut { shop.me() }
}

/** Many calls at once from many threads; and a coroutine that is cancelled takes its call with it. */
suspend fun together(shop: Shop) = coroutineScope {
    val all = (1..64).map { async(Dispatchers.Default) { shop.plans() } }.awaitAll()
    holds(all.all { it == all[0] })
    val open = shop.checkout(
        CheckoutRequest(Purpose.NEW, shop.methods().last().method, planId = all[0][0].planId), "left-alone"
    )
    val waiting = launch { while (shop.watchOrder(open.orderId).next() != null) delay(1) }
    delay(100)
    waiting.cancel()
    waiting.join()
    val watch = shop.watchOrder(open.orderId)
    watch.next()
    val ended = async { watch.next() }
    delay(50)
    watch.cancel()
    same(ended.await(), null)
    same(shop.cancelOrder(open.orderId).state, "cancelled")
}

fun main(arguments: Array<String>) = runBlocking {
    val stage = if (arguments.isEmpty()) Demo else Server(arguments[0])
    val shop = stage.phone()
    val (plan, method) = lookAround(shop)
    shop.signUp(SignUpRequest())
    val held = buy(stage, shop, plan, method).subscriptionId!!
    use(shop, held)
    change(shop, held)
    fillAndSpend(stage, shop, plan, method, held)
    askAndRead(shop, held)
    oddInput(shop)
    same(refused { shop.acceptInvitation(shop.invitation().code) }, "own_invitation")
    together(shop)
    if (arguments.size > 1) {
        val rich = stage.phone()
        rich.signIn(SignInRequest(accountNumber = arguments[1]))
        holds(rich.me().wallet.minor > 0)
    } else {
        val controls = shop.controls()!!
        controls.setOffline(true)
        val wait = try {
            shop.me()
            0u
        } catch (cut: ShopException.Offline) {
            cut.retryAfterSeconds
        }
        holds(wait > 0u, "offline is told")
        controls.setOffline(false)
    }
    comeAndGo(stage)
    println("story: told")
}
