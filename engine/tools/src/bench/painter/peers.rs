//! The same network in general runtimes: onnxruntime, where a Python has it, and rten.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
};

use anyhow::{Context, Result, ensure};
use phosphene_engine::painter::{STYLES, Styles};
use rten::{Model, RunOptions, ThreadPool, Value};

use super::pictures::Drawn;
use crate::bench::machine::{Clock, Watch};

/// What a peer made, and in how many CPU seconds of one thread.
pub struct Answer {
    pub secs: f64,
    /// (height, width, 3).
    pub rgb: Vec<f64>,
}

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn network() -> PathBuf {
    file("../../tests/golden/painter/multistyle26.onnx")
}

/// (3, height, width).
fn planes(drawn: &Drawn) -> Vec<f32> {
    (0..3)
        .flat_map(|c| drawn.rgb.iter().skip(c).step_by(3).copied())
        .collect()
}

/// Which arithmetic the Python process paints with.
#[derive(Clone, Copy, Debug)]
pub enum Arithmetic {
    /// onnxruntime's.
    Onnxruntime,
    /// numpy's with doubles, straight from the network's definition.
    Doubles,
}

/// A Python process that paints; it ends with this.
pub struct Onnxruntime {
    process: Child,
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    pub version: String,
}

impl Onnxruntime {
    /// Starts it; an error says what it lacks.
    pub fn start(python: &Path) -> Result<Self> {
        let mut process = Command::new(python)
            .arg(file("src/bench/painter/peer.py"))
            .arg(network())
            .arg(file("../assets/painter/multistyle26.safetensors"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} does not start", python.display()))?;
        let requests = process.stdin.take();
        let mut answers = BufReader::new(process.stdout.take().context("its output is piped")?);
        let mut version = String::new();
        answers.read_line(&mut version)?;
        ensure!(
            !version.is_empty(),
            "{} has no onnxruntime or no numpy",
            python.display()
        );
        Ok(Self {
            process,
            requests,
            answers,
            version: version.trim().to_owned(),
        })
    }

    pub fn paint(&mut self, arithmetic: Arithmetic, drawn: &Drawn, styles: &Styles) -> Result<Answer> {
        let name = match arithmetic {
            Arithmetic::Onnxruntime => "onnxruntime",
            Arithmetic::Doubles => "doubles",
        };
        let mut request = format!("{name} {} {}\n", drawn.width, drawn.height).into_bytes();
        let floats = planes(drawn).into_iter().chain(*styles);
        request.extend(floats.flat_map(f32::to_le_bytes));
        let to = self
            .requests
            .as_mut()
            .context("it takes requests until it is dropped")?;
        to.write_all(&request)?;
        to.flush()?;
        let mut answer = vec![0; 8 * (1 + drawn.rgb.len())];
        self.answers
            .read_exact(&mut answer)
            .context("the Python process gave no answer")?;
        let doubles: Vec<f64> = answer
            .as_chunks::<8>()
            .0
            .iter()
            .map(|b| f64::from_le_bytes(*b))
            .collect();
        let pixels = drawn.width * drawn.height;
        let rgb = (0..pixels).flat_map(|i| [0, 1, 2].map(|c| doubles[1 + c * pixels + i]));
        Ok(Answer {
            secs: doubles[0],
            rgb: rgb.collect(),
        })
    }
}

impl Drop for Onnxruntime {
    fn drop(&mut self) {
        // It ends when its input does; it has nothing to tell that could be lost.
        drop(self.requests.take());
        let _ = self.process.wait();
    }
}

/// rten on one thread.
pub struct Rten {
    model: Model,
    options: RunOptions,
}

impl Rten {
    pub fn load() -> Result<Self> {
        let path = network();
        let model = Model::load_file(&path).with_context(|| format!("can't load {}", path.display()))?;
        let mut options = RunOptions::default();
        options.thread_pool = Some(Arc::new(ThreadPool::with_num_threads(1)));
        Ok(Self { model, options })
    }

    /// CPU seconds of a painting.
    pub fn secs(&self, drawn: &Drawn, styles: &Styles) -> Result<f64> {
        let picture = Value::from_shape(&[1, 3, drawn.height, drawn.width], planes(drawn))?;
        let shares = Value::from_shape(&[STYLES], styles.to_vec())?;
        let inputs = vec![
            (self.model.node_id("image")?, picture.into()),
            (self.model.node_id("style_weights")?, shares.into()),
        ];
        // Its pool's thread does the work, or ours: both are counted.
        let watch = Watch::start(Clock::LiveThreads);
        self.model
            .run(inputs, &[self.model.output_ids()[0]], Some(self.options.clone()))?;
        Ok(watch.secs())
    }
}
