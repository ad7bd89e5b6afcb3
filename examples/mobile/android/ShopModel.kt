// Not compiled here: it wants the Android SDK. The bindings that it calls are compiled and run by nexa-ffi/tests/story.kt.
package org.nexavpn.customer

import android.content.Context
import android.util.Log
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import androidx.security.crypto.EncryptedSharedPreferences
import androidx.security.crypto.MasterKey
import java.util.Locale
import kotlinx.coroutines.launch
import org.nexavpn.*

/** Keeps the session under a key of the Android Keystore. */
class KeystoreSecrets(context: Context) : SecretStore {
    private val kept = EncryptedSharedPreferences.create(
        context,
        "secrets",
        MasterKey.Builder(context).setKeyScheme(MasterKey.KeyScheme.AES256_GCM).build(),
        EncryptedSharedPreferences.PrefKeyEncryptionScheme.AES256_SIV,
        EncryptedSharedPreferences.PrefValueEncryptionScheme.AES256_GCM,
    )

    override fun load(name: String): String? = kept.getString(name, null)

    override fun save(name: String, secret: String) {
        if (!kept.edit().putString(name, secret).commit()) throw SecretStoreException.Unavailable("not written")
    }

    override fun erase(name: String) {
        if (!kept.edit().remove(name).commit()) throw SecretStoreException.Unavailable("not written")
    }
}

/** What the screens show, and what they may ask for. */
class ShopModel(context: Context) : ViewModel() {
    private val language = Locale.getDefault().language.takeIf { it in setOf("fa", "ru") } ?: "en"

    // With a server, whose bindings have no demo (and no `controls`, see `payInDemo`):
    // val settings = ShopSettings(locale = language, cacheFolder = context.noBackupFilesDir.resolve("shop").path)
    // Shop.connect(listOf("https://shop.example", "https://other.example"), null, settings, KeystoreSecrets(context))
    private val shop = Shop.demo(language, KeystoreSecrets(context))

    var me by mutableStateOf<MeView?>(null)
    var accountNumber by mutableStateOf<String?>(null)
    var plans by mutableStateOf<List<PlanView>>(emptyList())
    var methods by mutableStateOf<List<MethodView>>(emptyList())
    var order by mutableStateOf<OrderView?>(null)
    var held by mutableStateOf<List<SubscriptionView>>(emptyList())

    /** The subscription that is looked at; the rest of these is about it. */
    var opened by mutableStateOf<SubscriptionView?>(null)
    var usage by mutableStateOf<UsageView?>(null)
    var devices by mutableStateOf<List<DeviceView>>(emptyList())
    var nearest by mutableStateOf<String?>(null)
    var qr by mutableStateOf<ByteArray?>(null)
    var tickets by mutableStateOf<List<TicketEntryView>>(emptyList())

    /** The sentence of the last refusal; it is in the customer's language already. */
    var refused by mutableStateOf<String?>(null)
    var offline by mutableStateOf(false)

    /** Something went wrong that no customer can be told, and it may have been done all the same. */
    var failed by mutableStateOf(false)
    private var watch: OrderWatch? = null

    init {
        refresh()
    }

    /** Runs a call, and turns what can go wrong into what a screen shows. */
    private fun ask(call: suspend () -> Unit) = viewModelScope.launch {
        refused = null
        failed = false
        try {
            call()
            offline = shop.staleSince() != null
        } catch (no: ShopException.Refused) {
            refused = no.text
        } catch (no: ShopException.SignedOut) {
            forget()
        } catch (no: ShopException.Offline) {
            offline = true
        } catch (accident: ShopException) {
            failed = true
            Log.w("shop", accident)
        }
    }

    /** Nothing of a customer stays on the screen for the next one. */
    private fun forget() {
        watch?.cancel()
        me = null
        accountNumber = null
        order = null
        held = emptyList()
        opened = null
        usage = null
        devices = emptyList()
        nearest = null
        qr = null
        tickets = emptyList()
    }

    fun refresh() = ask {
        plans = shop.plans()
        methods = shop.methods()
        me = shop.me()
        held = shop.subscriptions()
        tickets = shop.tickets(PageRequest()).items
    }

    fun signUp() = ask {
        accountNumber = shop.signUp(SignUpRequest(client = "Android")).accountNumber
        refresh()
    }

    fun signIn(number: String) = ask {
        shop.signIn(SignInRequest(accountNumber = number, client = "Android"))
        refresh()
    }

    fun signOut() = ask {
        // The session is forgotten here whether the shop can be told or not.
        try {
            shop.signOut()
        } finally {
            forget()
        }
    }

    fun buy(plan: PlanView, method: MethodView) = ask {
        val wish = CheckoutRequest(Purpose.NEW, method.method, planId = plan.planId, expected = plan.price)
        // Without a key the object makes one and keeps it until a server has answered: a second tap, or a second try after
        // a lost connection or a crash, buys nothing twice.
        val placed = shop.checkout(wish, null)
        order = placed
        follow(placed.orderId)
    }

    /** Play money: the demo's customer pays at once. */
    fun payInDemo(payment: PaymentView) = ask { shop.controls()?.pay(payment) }

    private fun follow(orderId: String) = ask {
        watch?.cancel()
        shop.watchOrder(orderId).also { watch = it }.use { now ->
            while (true) order = now.next() ?: break
        }
        held = shop.subscriptions()
    }

    fun open(subscription: SubscriptionView) = ask {
        val id = subscription.subscriptionId
        opened = subscription
        qr = shop.linkQrPng(id)
        usage = shop.usage(id, 30u)
        devices = shop.devices(id)
        nearest = fastestServer(shop.probeServers(id).use { it.finish() })
    }

    fun removeDevice(subscriptionId: String, deviceId: String) = ask {
        shop.removeDevice(subscriptionId, deviceId)
        devices = shop.devices(subscriptionId)
    }

    fun askSupport(text: String) = ask {
        shop.openTicket(OpenTicketRequest(text = text), null)
        tickets = shop.tickets(PageRequest()).items
    }

    override fun onCleared() {
        watch?.cancel()
        shop.close()
    }
}
