// Not compiled here: it wants the Android SDK. The bindings that it calls are compiled and run by nexa-ffi/tests/story.kt.
package org.nexavpn.customer

import android.content.Intent
import android.graphics.BitmapFactory
import android.net.Uri
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.setContent
import androidx.activity.viewModels
import androidx.compose.foundation.Image
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.*
import androidx.compose.runtime.*
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.asImageBitmap
import androidx.compose.ui.platform.LocalContext
import androidx.compose.ui.res.stringResource
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.ui.unit.dp
import androidx.lifecycle.viewmodel.initializer
import androidx.lifecycle.viewmodel.viewModelFactory
import java.text.NumberFormat
import java.util.Currency
import org.nexavpn.*

// Compose mirrors the layout by itself where the language is Persian (android:supportsRtl="true" in the manifest).
class MainActivity : ComponentActivity() {
    override fun onCreate(state: Bundle?) {
        super.onCreate(state)
        val model by viewModels<ShopModel> { viewModelFactory { initializer { ShopModel(applicationContext) } } }
        setContent { MaterialTheme { Customer(model) } }
    }
}

private enum class Page(val title: Int) { Plans(R.string.plans), Mine(R.string.mine), Help(R.string.help) }

@Composable
fun Customer(model: ShopModel) {
    var page by remember { mutableStateOf(Page.Plans) }
    Scaffold(bottomBar = {
        NavigationBar {
            Page.entries.forEach {
                NavigationBarItem(page == it, { page = it }, {}, label = { Text(stringResource(it.title)) })
            }
        }
    }) { edge ->
        Column(Modifier.padding(edge).padding(16.dp), Arrangement.spacedBy(12.dp)) {
            model.refused?.let { Text(it, color = MaterialTheme.colorScheme.error) }
            if (model.failed) Text(stringResource(R.string.failed), color = MaterialTheme.colorScheme.error)
            if (model.offline) Text(stringResource(R.string.offline))
            if (model.me == null) SignIn(model)
            when (page) {
                Page.Plans -> Plans(model)
                Page.Mine -> Mine(model)
                Page.Help -> Help(model)
            }
        }
    }
}

@Composable
fun SignIn(model: ShopModel) {
    var number by remember { mutableStateOf("") }
    OutlinedTextField(
        number, { number = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.account_number)) },
        keyboardOptions = KeyboardOptions(keyboardType = KeyboardType.Number),
    )
    Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
        Button({ model.signIn(number) }) { Text(stringResource(R.string.sign_in)) }
        OutlinedButton({ model.signUp() }) { Text(stringResource(R.string.new_account)) }
    }
}

@Composable
fun Plans(model: ShopModel) {
    val context = LocalContext.current
    model.accountNumber?.let { Text(stringResource(R.string.keep_number, it)) }
    model.order?.let { order ->
        Card(Modifier.fillMaxWidth()) {
            Column(Modifier.padding(12.dp)) {
                Text("${order.number} · ${order.state}")
                order.payment?.takeIf { order.state == "awaiting_payment" }?.let { payment ->
                    Text("${payment.dueText} ${payment.due.currency}")
                    payment.address?.let { Text(it) }
                    (payment.redirectUrl ?: payment.uri)?.let { place ->
                        Button({ context.startActivity(Intent(Intent.ACTION_VIEW, Uri.parse(place))) }) {
                            Text(stringResource(R.string.pay))
                        }
                    }
                    TextButton({ model.payInDemo(payment) }) { Text(stringResource(R.string.pay_in_demo)) }
                }
            }
        }
    }
    LazyColumn(verticalArrangement = Arrangement.spacedBy(8.dp)) {
        items(model.plans) { plan ->
            ListItem(
                headlineContent = { Text(plan.name) },
                supportingContent = { Text(money(plan.price)) },
                trailingContent = {
                    Column {
                        model.methods.forEach { Button({ model.buy(plan, it) }) { Text(it.name) } }
                    }
                },
            )
        }
    }
}

@Composable
fun Mine(model: ShopModel) = LazyColumn(verticalArrangement = Arrangement.spacedBy(8.dp)) {
    items(model.held) { held ->
        Card({ model.open(held) }, Modifier.fillMaxWidth()) {
            Column(Modifier.padding(12.dp)) {
                Text(held.name ?: held.planName, style = MaterialTheme.typography.titleMedium)
                LinearProgressIndicator({ held.usedBytes.toFloat() / held.limitBytes.toFloat() }, Modifier.fillMaxWidth())
                Text(stringResource(R.string.left, gib(held.remainingBytes), held.daysLeft.toInt()))
            }
        }
    }
    model.qr?.let { png ->
        item { Image(BitmapFactory.decodeByteArray(png, 0, png.size).asImageBitmap(), stringResource(R.string.qr)) }
    }
    model.nearest?.let { item { Text(stringResource(R.string.nearest, it)) } }
    items(model.usage?.days.orEmpty().filter { it.bytes > 0uL }) { Text("${it.date}  ${gib(it.bytes)}") }
    items(model.devices) { device ->
        ListItem(
            headlineContent = { Text(device.name) },
            supportingContent = { Text(device.os.orEmpty()) },
            trailingContent = {
                model.opened?.let { held ->
                    TextButton({ model.removeDevice(held.subscriptionId, device.deviceId) }) {
                        Text(stringResource(R.string.remove))
                    }
                }
            },
        )
    }
}

@Composable
fun Help(model: ShopModel) {
    var text by remember { mutableStateOf("") }
    OutlinedTextField(text, { text = it }, Modifier.fillMaxWidth(), label = { Text(stringResource(R.string.question)) })
    Button({ model.askSupport(text); text = "" }, enabled = text.isNotBlank()) { Text(stringResource(R.string.ask)) }
    LazyColumn {
        items(model.tickets) { ListItem({ Text(it.subject ?: it.openedAt) }, supportingContent = { Text(it.state) }) }
    }
    TextButton({ model.signOut() }) { Text(stringResource(R.string.sign_out)) }
}

private fun gib(bytes: ULong) = NumberFormat.getInstance().apply { maximumFractionDigits = 1 }
    .format(bytes.toDouble() / (1 shl 30)) + " GiB"

private fun money(of: MoneyView): String {
    val known = runCatching { Currency.getInstance(of.currency) }.getOrNull()
    val digits = if (of.currency == "IRR") 0 else known?.defaultFractionDigits ?: 0
    val amount = of.minor.toBigDecimal().movePointLeft(digits)
    return NumberFormat.getInstance().format(amount) + " " + (known?.symbol ?: of.currency)
}
