"""Cases and SOPs in the formats of process mining and modelling: XES, OCEL, PNML, BPMN."""
