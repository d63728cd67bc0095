"""Makes the embedded assets from their origins; run it only when an origin changes.

    python3 make_assets.py props  FLUENT_DIR EMOJIBASE_DIR   fluent/props.json
    python3 make_assets.py minilm ONNX TOKENIZER_JSON        minilm/minilm.safetensors, minilm/tokenizer.json
    python3 make_assets.py golden ONNX TOKENIZER_JSON OUT    embeddings by onnxruntime, to test ours against
    python3 make_assets.py upscale PARAM BIN                 upscale/animevideov3.safetensors

FLUENT_DIR is the folder of npm @lobehub/fluent-emoji-3d 1.1.0 with its `assets/*.webp`; EMOJIBASE_DIR that of npm
emojibase-data 17.0.0 with its `en/*.json`; ONNX is minilm-l6-v2-int8.onnx; PARAM and BIN are the ncnn network
realesr-animevideov3-x2. See the ORIGIN files.
Needs Python 3.10 with numpy; `minilm` needs onnx, `golden` needs onnxruntime and tokenizers.
"""

import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent
FIELDS = ("place", "height_m", "facing", "body")


def curated(path):
    """Reads curate.txt: (defaults by subgroup, overrides by name, names left out, single pictures of other groups)."""
    defaults, overrides, left_out, only = {}, {}, set(), set()
    only_this = False
    for line in path.read_text(encoding="utf8").splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("[only]"):
            only_this = True
        elif line.startswith("["):
            name, rest = line[1:].split("]")
            defaults[name] = dict(zip(FIELDS, rest.split(), strict=True))
        elif line.startswith("!"):
            left_out.add(line[1:])
        else:
            name, values, aliases = (part.strip() for part in line.split("|"))
            fields = {k: v for k, v in zip(FIELDS, values.split(), strict=True) if v != "-"}
            fields["aliases"] = [a.strip() for a in aliases.split(",") if a.strip() not in ("", "-")]
            if name in overrides:
                raise SystemExit(f"curate.txt has {name} twice")
            overrides[name] = fields
            if only_this:
                only.add(name)
    return defaults, overrides, left_out, only


def props(fluent, emojibase):
    defaults, overrides, left_out, only = curated(HERE / "fluent/curate.txt")
    have = {p.stem for p in (fluent / "assets").glob("*.webp")}
    messages = json.loads((emojibase / "en/messages.json").read_text(encoding="utf8"))
    subgroups = {s["order"]: s["key"] for s in messages["subgroups"]}
    clocks = ("o’clock", "-thirty")
    index, used = [], set()
    for entry in json.loads((emojibase / "en/data.json").read_text(encoding="utf8")):
        name, subgroup = entry["label"], subgroups.get(entry.get("subgroup"))
        code = entry["hexcode"].lower()
        drawn = any(c in have for c in (code, code.replace("-fe0f", ""), code + "-fe0f"))
        if not drawn or name in left_out or (subgroup not in defaults and name not in only):
            continue
        if name.endswith(clocks) and name != "twelve o’clock":
            continue
        if subgroup == "family" and name.startswith("family:"):
            continue
        fields = dict(defaults.get(subgroup, {})) | overrides.get(name, {})
        used.add(name)
        index.append(
            {
                "code": code,
                "name": name.replace("’", "'"),
                "group": subgroup,
                "aliases": fields.get("aliases", []),
                "keywords": [t for t in entry.get("tags", []) if t not in fields.get("aliases", [])],
                "place": fields["place"],
                "height_m": float(fields["height_m"]),
                "facing": fields["facing"],
                "body": fields["body"],
            }
        )
    unknown = set(overrides) - used
    if unknown:
        print("curate.txt names pictures that are not there:", sorted(unknown))
    lines = ",\n".join(json.dumps(e, ensure_ascii=False) for e in index)
    (HERE / "fluent/props.json").write_text(f"[\n{lines}\n]\n", encoding="utf8")
    print(len(index), "props")


def minilm(onnx_path, tokenizer_path):
    import numpy as np
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(onnx_path).graph
    raw = {t.name: numpy_helper.to_array(t) for t in graph.initializer}
    # Matrix products in graph order: query, value or key differ by the bias that is added next, so follow the bias.
    added = {i: n for n in graph.node if n.op_type == "Add" for i in n.input}
    tensors = {}

    def quantised(name, base):
        q, scale = raw[base + "_q"], raw[base + "_scale"]
        # candle has no i8: stored as u8 with 128 for zero.
        tensors[name] = (q.astype(np.int16) + 128).astype(np.uint8)
        tensors[name + "_scale"] = scale.astype(np.float32)

    for base in ("word_embeddings", "position_embeddings"):
        quantised(f"embeddings.{base}.weight", f"inner.embeddings.{base}.weight")
    for name, value in raw.items():
        if name.startswith("inner.") and value.dtype == np.float32 and not name.endswith("_scale"):
            tensors[name.removeprefix("inner.")] = value
    products = 0
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] + "_q" in raw:
            bias = next(i for i in added[node.output[0]].input if i.startswith("inner."))
            quantised(bias.removeprefix("inner.").removesuffix(".bias") + ".weight", node.input[1])
            products += 1
    assert products == 36, products
    out = HERE / "minilm/minilm.safetensors"
    write_safetensors(out, tensors, "all-MiniLM-L6-v2, Apache-2.0; weights are (in, out)")
    # The padding and cutting that the file asks for are ours to do.
    tokenizer = json.loads(pathlib.Path(tokenizer_path).read_text(encoding="utf8"))
    tokenizer["padding"] = tokenizer["truncation"] = None
    (HERE / "minilm/tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf8")
    print(out.stat().st_size, "bytes,", len(tensors), "tensors")


def write_safetensors(out, tensors, origin):
    kinds = {"float32": "F32", "float16": "F16", "uint8": "U8"}
    header, blob = {"__metadata__": {"origin": origin}}, bytearray()
    # The widest first keeps all aligned.
    for name in sorted(tensors, key=lambda n: (-tensors[n].dtype.itemsize, n)):
        data = tensors[name]
        header[name] = {
            "dtype": kinds[str(data.dtype)],
            "shape": list(data.shape),
            "data_offsets": [len(blob), len(blob) + data.nbytes],
        }
        blob += data.tobytes()  # rows first, whatever the order in memory
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    out.write_bytes(struct.pack("<Q", len(head)) + head + blob)


HALF_FLOATS = 0x01306B47  # ncnn's mark before weights of 16 bits


def upscale(param, binary):
    """Reads the layers in their order; ncnn stores a convolution as mark, weights (out, in, row, column), bias."""
    import numpy as np

    blob, at, tensors, convolutions = binary.read_bytes(), 0, {}, 0
    inputs = 3
    for line in param.read_text().splitlines()[2:]:
        kind, _, ins, outs, *rest = line.split()
        options = dict(o.split("=") for o in rest[int(ins) + int(outs) :] if "=" in o)
        outputs = int(options.get("0", 0))
        if kind == "Convolution":
            if struct.unpack_from("<I", blob, at)[0] != HALF_FLOATS:
                raise SystemExit(f"{line}: its weights are not 16-bit floats")
            count = int(options["6"])
            weight = np.frombuffer(blob, "<f2", count, at + 4)
            tensors[f"conv.{convolutions}.weight"] = weight.reshape(outputs, inputs, 3, 3)
            at += 4 + (2 * count + 3) // 4 * 4
            tensors[f"conv.{convolutions}.bias"] = np.frombuffer(blob, "<f4", outputs, at)
            at += 4 * outputs
            inputs = outputs
            convolutions += 1
        elif kind == "PReLU":
            tensors[f"slope.{convolutions - 1}"] = np.frombuffer(blob, "<f4", outputs, at)
            at += 4 * outputs
    if at != len(blob):
        raise SystemExit(f"{at} of {len(blob)} bytes are accounted for")
    out = HERE / "upscale/animevideov3.safetensors"
    out.parent.mkdir(exist_ok=True)
    write_safetensors(out, tensors, "Real-ESRGAN realesr-animevideov3, BSD-3-Clause; weights are (out, in, row, column)")
    print(out.stat().st_size, "bytes,", len(tensors), "tensors")


GOLDEN = [
    "two teenagers in a car under the stars, oil painting",
    "a red car in the rain at night",
    "loneliness",
    "sailboat",
    "Zwei Teenager in einem Auto",
    "an endless library where the books whisper; nobody is left to read them, and the candles burn low",
]


def golden(onnx_path, tokenizer_path, out):
    import numpy as np
    import onnxruntime
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(tokenizer_path)
    tokenizer.no_padding()
    session = onnxruntime.InferenceSession(onnx_path, providers=["CPUExecutionProvider"])
    rows = []
    for text in GOLDEN:
        ids = np.array([tokenizer.encode(text).ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = session.run(None, feeds)[0]  # (1, tokens, 384)
        mean = hidden[0].mean(0)
        rows.append({"text": text, "embedding": [round(float(v), 5) for v in mean / np.linalg.norm(mean)]})
    lines = ",\n".join(json.dumps(r, ensure_ascii=False) for r in rows)
    pathlib.Path(out).write_text(f"[\n{lines}\n]\n", encoding="utf8")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["props", fluent, emojibase]:
            props(pathlib.Path(fluent), pathlib.Path(emojibase))
        case ["minilm", onnx_path, tokenizer_path]:
            minilm(onnx_path, tokenizer_path)
        case ["golden", onnx_path, tokenizer_path, out]:
            golden(onnx_path, tokenizer_path, out)
        case ["upscale", param, binary]:
            upscale(pathlib.Path(param), pathlib.Path(binary))
        case _:
            sys.exit(__doc__)
