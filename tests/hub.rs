//! A hub on this machine: a small model behind a real HTTP server, with faults to order.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{Builder, JoinHandle},
};

/// The model's name.
pub const MODEL: &str = "them/dreams";
/// The commit that the hub tells of.
pub const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";
/// The model's large file: pulls break off in it.
pub const UNET: &str = "unet/diffusion_pytorch_model.fp16.safetensors";
/// Its size.
pub const UNET_BYTES: usize = 700_000;
/// Its bytes' sum, by Python's hashlib.
pub const UNET_SHA256: &str = "69b87fd148304fcaa0f62af7b99fdb242e0d7b303ff6dd0215c5aab22bf0bd44";

const SMALL_BYTES: usize = 1_000;
const SMALL_SHA256: &str = "1175df8607294de7ae197546e9fa0109efec30dafc616cad2c6c921063ec71bf";
const CARD: &str = "---\nlicense: other\n---\n# Dreams\n";
/// By `git hash-object`.
const CARD_GIT: &str = "1e2abd0378ed6c3ff208849e5e27394055da7a13";
const EMPTY_JSON: &str = "{}\n";
const EMPTY_JSON_GIT: &str = "0967ef424bce6791893e9a57bb952f80fd536e93";

/// The files that a render needs, and no others.
pub const NEEDED: [&str; 11] = [
    "README.md",
    "model_index.json",
    "scheduler/scheduler_config.json",
    "text_encoder/config.json",
    "text_encoder/model.safetensors",
    "tokenizer/merges.txt",
    "tokenizer/vocab.json",
    "unet/config.json",
    UNET,
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors",
];
/// Files of the model that no render needs.
const OTHERS: [&str; 4] = [
    "dreams.ckpt",
    "unet/diffusion_pytorch_model.bin",
    "unet/diffusion_pytorch_model.safetensors",
    "safety_checker/model.safetensors",
];

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Path and query.
    pub path: String,
    /// The first byte that was asked for.
    pub from: usize,
    /// The header `Authorization`.
    pub authorization: Option<String>,
}

impl Asked {
    /// Whether it is this file of the model.
    pub fn is_file(&self, path: &str) -> bool {
        self.path == format!("/{MODEL}/resolve/{REVISION}/{path}")
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// As in `200 OK`.
    pub status: String,
    /// Beside the length.
    pub headers: Vec<(String, String)>,
    /// The body that is promised.
    pub body: Vec<u8>,
    /// How much of the body is sent.
    pub sent: usize,
    /// What happens when that is sent.
    pub then: Then,
}

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is closed.
    Close,
    /// It is held open, in silence.
    Hold,
}

impl Answer {
    /// A whole body.
    pub fn whole(body: Vec<u8>) -> Self {
        Self {
            status: "200 OK".into(),
            headers: Vec::new(),
            sent: body.len(),
            body,
            then: Then::Close,
        }
    }

    /// A status with nothing more.
    pub fn status(status: &str) -> Self {
        Self {
            status: status.into(),
            ..Self::whole(Vec::new())
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Of which only so much is sent.
    #[must_use]
    pub fn cut(mut self, sent: usize) -> Self {
        self.sent = self.sent.min(sent);
        self
    }
}

/// A hub that runs until it is dropped.
pub struct Server {
    endpoint: String,
    asked: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts one. `fault` may answer in its own way: it is given what was asked and the healthy answer.
    pub fn start(fault: impl Fn(&Asked, Answer) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on the loopback");
        let endpoint = format!("http://{}", listener.local_addr().expect("its address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (log, stopped) = (asked.clone(), stop.clone());
        let serve = move || {
            let mut held = Vec::new();
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::Relaxed) {
                    return;
                }
                // A client that goes away in the middle is none of ours.
                if let Some(request) = read_request(&stream) {
                    log.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
                    let answer = fault(&request, healthy(&request));
                    let _ = send(&stream, &answer);
                    if answer.then == Then::Hold {
                        held.push(stream);
                    }
                }
            }
        };
        let thread = Builder::new().name("hub".into()).spawn(serve).expect("a thread");
        Self {
            endpoint,
            asked,
            stop,
            thread: Some(thread),
        }
    }

    /// One without faults.
    pub fn healthy() -> Self {
        Self::start(|_, answer| answer)
    }

    /// Its address.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// All that was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first bytes that were asked for of a file, in order.
    pub fn starts_of(&self, path: &str) -> Vec<usize> {
        let of_it = |asked: Asked| asked.is_file(path).then_some(asked.from);
        self.asked().into_iter().filter_map(of_it).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes it.
        let _ = TcpStream::connect(self.endpoint.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The bytes of a file of the model.
pub fn content(path: &str) -> Vec<u8> {
    let pattern = |bytes: usize| {
        (0..bytes)
            .map(|i| ((i * i * 31) >> 3) as u64 % 251)
            .map(|b| b as u8)
            .collect()
    };
    match path {
        UNET => pattern(UNET_BYTES),
        "README.md" => CARD.into(),
        path if path.ends_with(".json") || path.ends_with(".txt") => EMPTY_JSON.into(),
        _ => pattern(SMALL_BYTES),
    }
}

/// What the hub's interface tells of the model.
pub fn card() -> serde_json::Value {
    let file = |path: &&str| {
        let bytes = content(path).len();
        match *path {
            "README.md" => serde_json::json!({"rfilename": path, "size": bytes, "blobId": CARD_GIT}),
            path if path.ends_with(".json") || path.ends_with(".txt") => {
                serde_json::json!({"rfilename": path, "size": bytes, "blobId": EMPTY_JSON_GIT})
            }
            path => {
                let sum = if path == UNET { UNET_SHA256 } else { SMALL_SHA256 };
                serde_json::json!({
                    "rfilename": path, "size": bytes, "blobId": "f".repeat(40),
                    "lfs": {"sha256": sum, "size": bytes, "pointerSize": 134},
                })
            }
        }
    };
    serde_json::json!({
        "id": MODEL,
        "sha": REVISION,
        "gated": false,
        "cardData": {"license": "other", "license_name": "dreamers-only", "license_link": "LICENSE.md"},
        "siblings": NEEDED.iter().chain(&OTHERS).map(file).collect::<Vec<_>>(),
    })
}

fn healthy(asked: &Asked) -> Answer {
    if asked.path == format!("/api/models/{MODEL}?blobs=true") {
        return Answer::whole(card().to_string().into_bytes());
    }
    let file = asked.path.strip_prefix(&format!("/{MODEL}/resolve/{REVISION}/"));
    let Some(path) = file.filter(|path| NEEDED.contains(path) || OTHERS.contains(path)) else {
        return Answer::status("404 Not Found").header("X-Error-Code", "EntryNotFound");
    };
    let whole = content(path);
    match asked.from {
        0 => Answer::whole(whole),
        from if from < whole.len() => {
            let range = format!("bytes {from}-{}/{}", whole.len() - 1, whole.len());
            let mut rest = Answer::whole(whole[from..].to_vec()).header("Content-Range", &range);
            rest.status = "206 Partial Content".into();
            rest
        }
        _ => Answer::status("416 Range Not Satisfiable"),
    }
}

fn read_request(stream: &TcpStream) -> Option<Asked> {
    let mut lines = BufReader::new(stream.take(64 * 1024)).lines();
    let first = lines.next()?.ok()?;
    let mut asked = Asked {
        path: first.split(' ').nth(1)?.to_owned(),
        from: 0,
        authorization: None,
    };
    for line in lines {
        let line = line.ok()?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        match name.to_ascii_lowercase().as_str() {
            "range" => {
                asked.from = value
                    .trim()
                    .strip_prefix("bytes=")?
                    .trim_end_matches('-')
                    .parse()
                    .ok()?
            }
            "authorization" => asked.authorization = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    Some(asked)
}

fn send(mut stream: &TcpStream, answer: &Answer) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {}\r\nConnection: close\r\n", answer.status);
    let has_length = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-length");
    if !answer.headers.iter().any(has_length) {
        head += &format!("Content-Length: {}\r\n", answer.body.len());
    }
    for (name, value) in &answer.headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(&answer.body[..answer.sent])?;
    stream.flush()
}
