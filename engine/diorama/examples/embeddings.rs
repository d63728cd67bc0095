//! Writes the table of embeddings anew: `cargo run -p phosphene_diorama --example embeddings -- FILE`.

fn main() -> anyhow::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "embeddings.bin".into());
    Ok(std::fs::write(
        path,
        phosphene_diorama::meaning::make_embedding_table()?,
    )?)
}
