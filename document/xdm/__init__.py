"""The package that carries a document and its copy: IHE XDM (ITI TF-1 §16, TF-2 §3.32), used by MSSanté."""
