//! The JSON of Esplora's HTTP API: <https://github.com/Blockstream/esplora/blob/master/API.md>.

use serde_json::{Value, json};

use super::chain::{Input, Output, Tx, View};

/// `GET /tx/{txid}`, and one entry of the lists.
pub(super) fn tx(view: &View, tx: &Tx) -> Value {
    json!({
        "txid": tx.txid,
        "version": tx.version,
        "locktime": tx.locktime,
        "vin": tx.inputs.iter().map(input).collect::<Vec<_>>(),
        "vout": tx.outputs.iter().map(output).collect::<Vec<_>>(),
        "size": tx.size,
        "weight": tx.weight,
        "fee": tx.fee(),
        "status": tx_status(view, &tx.txid),
    })
}

/// `GET /tx/{txid}/status`. An unknown transaction is answered like an unconfirmed one.
pub(super) fn tx_status(view: &View, txid: &str) -> Value {
    let block = view.places.get(txid).and_then(|place| Some((place.height, view.blocks.get(place.height)?)));
    match block {
        Some((height, block)) => json!({
            "confirmed": true,
            "block_height": height,
            "block_hash": block.hash,
            "block_time": block.time,
        }),
        None => json!({ "confirmed": false }),
    }
}

/// `GET /block/{hash}/status`. A block that is not in the best chain, known or not, has no height.
pub(super) fn block_status(view: &View, hash: &str) -> Value {
    let Some(height) = view.blocks.iter().position(|block| block.hash == hash) else {
        return json!({ "in_best_chain": false });
    };
    let mut status = json!({ "in_best_chain": true, "height": height });
    if let (Some(next), Some(fields)) = (view.blocks.get(height + 1), status.as_object_mut()) {
        fields.insert("next_best".to_owned(), json!(next.hash));
    }
    status
}

/// `GET /address/{address}`.
pub(super) fn address(view: &View, address: &str) -> Value {
    json!({
        "address": address,
        "chain_stats": stats(&view.confirmed(address), address),
        "mempool_stats": stats(&view.unconfirmed(address), address),
    })
}

fn stats(txs: &[&Tx], address: &str) -> Value {
    let ours = |output: &&Output| output.address.as_deref() == Some(address);
    let funded: Vec<u64> =
        txs.iter().flat_map(|tx| tx.outputs.iter().filter(ours)).map(|output| output.value).collect();
    let spent: Vec<u64> = (txs.iter())
        .flat_map(|tx| tx.inputs.iter().filter_map(|input| input.prevout.as_ref()).filter(ours))
        .map(|output| output.value)
        .collect();
    json!({
        "funded_txo_count": funded.len(),
        "funded_txo_sum": funded.iter().sum::<u64>(),
        "spent_txo_count": spent.len(),
        "spent_txo_sum": spent.iter().sum::<u64>(),
        "tx_count": txs.len(),
    })
}

fn input(input: &Input) -> Value {
    json!({
        "txid": input.txid.clone().unwrap_or_else(|| "0".repeat(64)),
        "vout": input.vout,
        "prevout": input.prevout.as_ref().map(output),
        "scriptsig": "",
        "scriptsig_asm": "",
        "witness": [],
        "is_coinbase": input.txid.is_none(),
        "sequence": input.sequence,
    })
}

/// Esplora leaves the address out where a script has none.
fn output(output: &Output) -> Value {
    let mut fields = json!({
        "scriptpubkey": output.script,
        "scriptpubkey_asm": "",
        "scriptpubkey_type": output.kind,
        "value": output.value,
    });
    if let (Some(address), Some(fields)) = (&output.address, fields.as_object_mut()) {
        fields.insert("scriptpubkey_address".to_owned(), json!(address));
    }
    fields
}
