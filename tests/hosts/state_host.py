"""What one host saves, another loads: pedalboard's state in DawDreamer, prompts and parameters."""

import dawdreamer as dd
import numpy as np
import pedalboard

from common import *

work = home("state")
os.environ["PHOSPHENE_NO_RENDER"] = "1"
plugin = pedalboard.load_plugin(VST3)
plugin.parameters["scene"].raw_value = 4 / 15
plugin.parameters["quantize"].raw_value = 0.0
# A host's changes arrive with a block.
plugin.process(np.zeros((2, 512), "float32"), RATE)
own = json.loads(component(plugin.raw_state))
project = json.loads(own["fields"]["project"])
check(len(project["bank"]["prompts"]) == 16, "the state has sixteen prompts")
project["bank"]["prompts"][4]["text"] = "a lighthouse in a storm, woodcut"
own["fields"]["project"] = json.dumps(project)
fresh = pedalboard.load_plugin(VST3)
fresh.raw_state = plugin.raw_state
check(str(fresh.scene).startswith("5") and str(fresh.quantize) == "Off", f"another instance takes the values: {fresh.scene}")
del fresh
plugin.raw_state = with_component(plugin.raw_state, json.dumps(own).encode())
saved = plugin.raw_state
check(b"a lighthouse in a storm, woodcut" in component(saved), "it is taken, and saved again")
(work / "saved.state").write_bytes(saved)
(work / "component.json").write_bytes(component(saved))
del plugin

x = song(work / "song.wav", 4)
engine = dd.RenderEngine(RATE, 512)
engine.set_bpm(97.0)
play = engine.make_playback_processor("song", x.T)
plugin = engine.make_plugin_processor("phosphene", VST3)
plugin.load_state(str(work / "saved.state"))
# This host sets its own values before it plays.
index = {p["name"]: p["index"] for p in plugin.get_parameters_description()}
plugin.set_parameter(index["Scene"], 4 / 15)
engine.load_graph([(play, []), (plugin, ["song"])])
engine.render(len(x) / RATE)
del play, plugin, engine
take = takes()[-1]
scenes = [e for e in log(take) if e["event"] == "scene"]
check(scenes[-1]["scene"] == 4 and scenes[-1]["at"] < 512, f"the fifth scene is on: {scenes}")
bank = next(e["bank"] for e in log(take) if e["event"] == "bank")
check(bank["prompts"][4]["text"] == "a lighthouse in a storm, woodcut", "so is the prompt, and the take has it")
said = report(take)
shown = said["prompts"][own_cues(said)[0][2]]["text"]
check(shown == "a lighthouse in a storm, woodcut", f"and it is what the video shows: {shown}")
